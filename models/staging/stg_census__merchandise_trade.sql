with

source as (
    select * from {{ ref('census_merchandise_trade') }}
),

by_product_type as (
    select
        'advanced_technology_products' as product_type,
        atp_exports_usd_millions as exports_usd_millions,
        atp_imports_usd_millions as imports_usd_millions,
        data_year
    from source
    union all
    select
        'all_other_products' as product_type,
        goods_exports_usd_millions - atp_exports_usd_millions as exports_usd_millions,
        goods_imports_usd_millions - atp_imports_usd_millions as imports_usd_millions,
        data_year
    from source
    union all
    select
        'total_merchandise' as product_type,
        goods_exports_usd_millions as exports_usd_millions,
        goods_imports_usd_millions as imports_usd_millions,
        data_year
    from source
),

typed as (
    select
        'census_country' as source_id,
        product_type,
        cast(exports_usd_millions as decimal(18, 1)) as exports_usd_millions,
        cast(imports_usd_millions as decimal(18, 1)) as imports_usd_millions,
        data_year
    from by_product_type
)

select * from typed
