-- Every source, in the trade marts or not: their totals are side by side here.
with

trade as (
    {{ latest_states('trade') }}
),

with_all_goods as (
    select
        *,
        max(case when product_type = 'total_merchandise' then exports_usd_millions end) over of_year as all_exports,
        max(case when product_type = 'total_merchandise' then imports_usd_millions end) over of_year as all_imports
    from trade
    {{ trade_windows() }}
)

select
    {{ columns(state() + period(), 'shown') }},
    shown.product_type,
    shown.exports_usd_millions,
    shown.imports_usd_millions,
    shown.balance_usd_millions,
    cast(shown.exports_usd_millions + shown.imports_usd_millions as decimal(18, 1)) as total_trade_usd_millions,
    100 * {{ ratio('shown.exports_usd_millions', 'shown.all_exports') }} as export_share_of_goods_pct,
    100 * {{ ratio('shown.imports_usd_millions', 'shown.all_imports') }} as import_share_of_goods_pct,
    comparability.is_break,
    comparability.is_comparable_with_previous
from with_all_goods as shown
inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'shown', 'comparability') }}
where shown.breakdown in ('total', 'product_type')
