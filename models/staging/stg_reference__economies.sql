with

regions as (
    select * from {{ ref('regions') }}
),

partners as (
    select * from {{ ref('partners') }}
),

-- "All other countries" is one printed row, and both a partner and a region.
rows_of_the_report as (
    select
        partners.partner_id,
        partners.partner_name,
        partners.schedule_c_code,
        coalesce(partners.partner_id, regions.region_id) as economy_id,
        coalesce(partners.report_label, regions.report_label) as report_label,
        coalesce(partners.region_id, regions.region_id) as region_id,
        coalesce(partners.report_order, regions.report_order) as report_order,
        partners.partner_id is not null as is_partner,
        coalesce(regions.region_id <> 'world', false) as is_region,
        coalesce(regions.region_id = 'world', false) as is_total
    from regions
    full outer join partners on regions.report_label = partners.report_label
),

with_region_names as (
    select
        rows_of_the_report.*,
        regions.region_name
    from rows_of_the_report
    left join regions on rows_of_the_report.region_id = regions.region_id
)

select * from with_region_names
