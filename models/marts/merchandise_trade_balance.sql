-- Every source, in the trade marts or not: their totals are side by side here.
with

trade as (
    {{ latest_states('trade') }}
)

select
    {{ columns(state() + period(), 'trade') }},
    trade.product_type,
    trade.exports_usd_millions,
    trade.imports_usd_millions,
    trade.balance_usd_millions,
    comparability.is_break,
    comparability.is_comparable_with_previous
from trade
inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'trade', 'comparability') }}
where trade.breakdown in ('total', 'product_type')
