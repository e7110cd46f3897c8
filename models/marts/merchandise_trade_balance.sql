-- Deprecated: the columns that it had, from the relation that took its place.
select
    {{ columns(state() + period()) }},
    product_type,
    exports_usd_millions,
    imports_usd_millions,
    balance_usd_millions
from {{ ref('merchandise_trade') }}
