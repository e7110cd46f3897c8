-- Of every source, in the trade marts or not: here their totals stand side by side.
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
