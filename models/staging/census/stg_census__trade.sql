with

source as (
    select
        *,
        'census_country' as source_id
    from {{ ref('census_merchandise_trade') }}
),

by_product_type as (
    select
        source_id,
        vintage,
        data_year,
        'advanced_technology_products' as product_type,
        atp_exports_usd_millions as exports_usd_millions,
        atp_imports_usd_millions as imports_usd_millions
    from source
    union all
    select
        source_id,
        vintage,
        data_year,
        'all_other_products' as product_type,
        goods_exports_usd_millions - atp_exports_usd_millions as exports_usd_millions,
        goods_imports_usd_millions - atp_imports_usd_millions as imports_usd_millions
    from source
    union all
    select
        source_id,
        vintage,
        data_year,
        'total_merchandise' as product_type,
        goods_exports_usd_millions as exports_usd_millions,
        goods_imports_usd_millions as imports_usd_millions
    from source
),

keyed as (
    select
        source_id,
        vintage,
        data_year,
        product_type,
        'all' as technology_id,
        'all' as region_id,
        'all' as partner_id,
        cast(exports_usd_millions as decimal(18, 1)) as exports_usd_millions,
        cast(imports_usd_millions as decimal(18, 1)) as imports_usd_millions,
        cast(null as decimal(18, 1)) as published_balance_usd_millions
    from by_product_type
)

select * from keyed
