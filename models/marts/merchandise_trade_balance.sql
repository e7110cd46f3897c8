-- Every source, in the trade marts or not: their totals are side by side here.
with

trade as (
    {{ latest_states('trade') }}
)

select
    {{ columns(state() + period()) }},
    product_type,
    exports_usd_millions,
    imports_usd_millions,
    balance_usd_millions
from trade
where breakdown in ('total', 'product_type')
