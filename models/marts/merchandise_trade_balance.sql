-- Every source, in the trade marts or not: their totals are side by side here.
select
    {{ columns(state() + period(), 'trade') }},
    trade.product_type,
    trade.exports_usd_millions,
    trade.imports_usd_millions,
    trade.balance_usd_millions
from {{ ref('trade') }} as trade
inner join {{ ref('stg_reference__sources') }} as sources
    on {{ same(state(), 'trade', 'sources') }}
where sources.is_latest and trade.breakdown in ('total', 'product_type')
