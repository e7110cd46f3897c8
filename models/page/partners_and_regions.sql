{% set shown = [
    'region_id', 'region_name', 'data_year', 'exports_usd_millions', 'imports_usd_millions', 'balance_usd_millions',
    'source_id', 'vintage',
] %}

with

regions as (
    {{ of_report('trade_by_region') }}
),

partners as (
    {{ of_report('trade_by_partner') }}
),

-- "All other countries", which has no rank, is a region of one row.
residual as (
    select distinct region_id
    from partners
    where export_rank is null and import_rank is null
),

members as (
    select
        'region' as breakdown,
        regions.region_id as member_id,
        regions.region_name as member_name,
        dimension.report_order,
        residual.region_id is not null as is_residual,
        regions.{{ shown | join(',\n        regions.') }}
    from regions
    left join {{ ref('dim_region') }} as dimension on regions.region_id = dimension.region_id
    left join residual on regions.region_id = residual.region_id
    union all
    select
        'partner' as breakdown,
        partners.partner_id as member_id,
        partners.partner_name as member_name,
        dimension.report_order,
        false as is_residual,
        partners.{{ shown | join(',\n        partners.') }}
    from partners
    left join {{ ref('dim_partner') }} as dimension on partners.partner_id = dimension.partner_id
    where partners.export_rank is not null or partners.import_rank is not null
),

ranked as (
    select
        cast(report_order as int) as page_row,
        breakdown,
        member_id,
        member_name,
        region_id,
        region_name,
        data_year,
        exports_usd_millions,
        imports_usd_millions,
        balance_usd_millions,
        cast(exports_usd_millions + imports_usd_millions as decimal(18, 1)) as trade_usd_millions,
        cast(
            case
                when not is_residual
                    then rank() over (
                        partition by source_id, vintage, breakdown, data_year, is_residual
                        order by exports_usd_millions + imports_usd_millions desc nulls last
                    )
            end as int
        ) as trade_rank,
        source_id,
        vintage
    from members
)

select * from ranked
