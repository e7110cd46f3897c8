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
    {{ columns(state() + period()) }},
    product_type,
    exports_usd_millions,
    imports_usd_millions,
    balance_usd_millions,
    cast(exports_usd_millions + imports_usd_millions as decimal(18, 1)) as total_trade_usd_millions,
    100 * {{ ratio('exports_usd_millions', 'all_exports') }} as export_share_of_goods_pct,
    100 * {{ ratio('imports_usd_millions', 'all_imports') }} as import_share_of_goods_pct
from with_all_goods
where breakdown in ('total', 'product_type')
