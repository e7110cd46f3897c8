-- Countries alone: totals are in trade_windows.
with

latest as (
    {{ latest_states('trade_months') }}
    where trade_months.breakdown = 'technology_partner'
)

select
    latest.data_year,
    latest.data_month,
    latest.technology_id,
    technologies.technology_name,
    technologies.census_area_code,
    latest.partner_id,
    partners.partner_name,
    partners.census_continent,
    latest.exports_usd_millions,
    latest.imports_usd_millions,
    latest.balance_usd_millions,
    cast(latest.exports_usd_millions + latest.imports_usd_millions as decimal(18, 6)) as total_trade_usd_millions,
    latest.source_id,
    latest.vintage
from latest
inner join {{ ref('dim_technology') }} as technologies on latest.technology_id = technologies.technology_id
inner join {{ ref('dim_partner') }} as partners on latest.partner_id = partners.partner_id
