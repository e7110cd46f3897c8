with

report as (
    select
        source_id,
        'advanced_technology_products' as product_type,
        exports_usd_millions,
        imports_usd_millions,
        data_year
    from {{ ref('trade_flows') }}
    where breakdown = 'total'
),

census as (
    select
        source_id,
        product_type,
        exports_usd_millions,
        imports_usd_millions,
        data_year
    from {{ ref('stg_census__merchandise_trade') }}
),

side_by_side as (
    select * from report
    union all
    select * from census
),

sources as (
    select * from {{ ref('dim_source') }}
),

with_balance as (
    select
        side_by_side.source_id,
        sources.vintage,
        side_by_side.data_year,
        side_by_side.product_type,
        side_by_side.exports_usd_millions,
        side_by_side.imports_usd_millions,
        cast(
            side_by_side.exports_usd_millions - side_by_side.imports_usd_millions as decimal(18, 1)
        ) as balance_usd_millions
    from side_by_side
    left join sources on side_by_side.source_id = sources.source_id
)

select * from with_balance
