with

technologies as (
    select
        'technologies' as sheet,
        report_label as row_label,
        technology_id,
        'all' as region_id,
        'all' as partner_id,
        technology_id as row_id
    from {{ ref('technologies') }}
    where report_label is not null
),

-- "All other countries" is one printed row, and both a region and a partner.
regions as (
    select
        'economies' as sheet,
        regions.report_label as row_label,
        'all' as technology_id,
        regions.region_id,
        'all' as partner_id,
        coalesce(partners.partner_id, regions.region_id) as row_id
    from {{ ref('regions') }} as regions
    left join {{ ref('partners') }} as partners on regions.report_label = partners.report_label
),

partners as (
    select
        'economies' as sheet,
        report_label as row_label,
        'all' as technology_id,
        region_id,
        partner_id,
        partner_id as row_id
    from {{ ref('partners') }}
    where report_label is not null
)

select * from technologies
union all
select * from regions
union all
select * from partners
