-- Continents are the Census Bureau's: D68 in DECISIONS.md.
with

years as (
    select
        partner_id,
        cast(min(data_year) as int) as first_year,
        cast(max(data_year) as int) as last_year
    from {{ ref('trade') }}
    group by partner_id
)

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
    years.first_year,
    years.last_year,
    cast(partners.report_order as int) as report_order,
    case when partners.iso_alpha_2 is not null then partners.partner_id end as iso_alpha_3,
    partners.report_label is not null and not partners.is_residual as is_named_in_report
from {{ ref('partners') }} as partners
left join {{ ref('regions') }} as regions on partners.region_id = regions.region_id
left join years on partners.partner_id = years.partner_id
