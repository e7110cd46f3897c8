with

shown as (
    {{ latest_states('trade_measures') }}
)

select
    {{ columns(state() + period(), 'shown') }},
    shown.product_type,
    partners.partner_id,
    partners.partner_name,
    partners.census_continent,
    shown.exports_usd_millions,
    shown.imports_usd_millions,
    shown.balance_usd_millions,
    shown.total_trade_usd_millions,
    shown.export_share_pct,
    shown.import_share_pct,
    shown.exports_growth_pct,
    shown.imports_growth_pct
from shown
inner join {{ ref('dim_partner') }} as partners on shown.partner_id = partners.partner_id
where shown.breakdown = 'product_type_partner'
