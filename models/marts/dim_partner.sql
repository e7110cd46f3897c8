-- Continents are the Census Bureau's: D68 in DECISIONS.md.
select
    partners.partner_id,
    partners.partner_name,
    partners.report_label,
    partners.region_id,
    regions.region_name,
    partners.schedule_c_code,
    partners.iso_alpha_2,
    partners.census_continent,
    partners.m49_region,
    partners.m49_subregion,
    cast(partners.report_order as int) as report_order
from {{ ref('partners') }} as partners
left join {{ ref('regions') }} as regions on partners.region_id = regions.region_id
