with

cells as (
    select * from {{ ref('stg_nsf07329__cells') }}
),

-- The total is that of Table 1; the audit compares the totals of Tables 2 to 4 with it.
printed_rows as (
    select * from {{ ref('stg_nsf07329__rows') }}
    where sheet = 'technologies' or region_id <> 'all'
),

flows_side_by_side as (
    select
        cells.source_id,
        cells.vintage,
        cells.data_year,
        'advanced_technology_products' as product_type,
        printed_rows.technology_id,
        printed_rows.region_id,
        printed_rows.partner_id,
        max(case when cells.flow = 'exports' then cells.value_usd_millions end) as exports_usd_millions,
        max(case when cells.flow = 'imports' then cells.value_usd_millions end) as imports_usd_millions,
        max(case when cells.flow = 'balance' then cells.value_usd_millions end) as published_balance_usd_millions
    from cells
    inner join printed_rows
        on cells.sheet = printed_rows.sheet and cells.row_label = printed_rows.row_label
    group by
        cells.source_id,
        cells.vintage,
        cells.data_year,
        printed_rows.technology_id,
        printed_rows.region_id,
        printed_rows.partner_id
)

select * from flows_side_by_side
