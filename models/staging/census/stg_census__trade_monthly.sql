with

loaded as (
    select * from {{ ref('stg_census__goods_monthly') }}
),

published as (
    select
        'census_country' as source_id,
        vintage,
        data_year,
        data_month,
        exports_usd_millions,
        imports_usd_millions
    from {{ ref('census_atp_by_month') }}
    union all
    select
        source_id,
        vintage,
        data_year,
        data_month,
        exports_usd_millions,
        imports_usd_millions
    from loaded
    where product_type = 'advanced_technology_products'
),

as_of_states as (
    {{ as_of_each_state('published', month(), ['exports_usd_millions', 'imports_usd_millions']) }}
)

select
    source_id,
    vintage,
    data_year,
    data_month,
    'advanced_technology_products' as product_type,
    'all' as technology_id,
    'all' as region_id,
    'all' as partner_id,
    exports_usd_millions,
    imports_usd_millions,
    value_vintage
from as_of_states
union all
select
    source_id,
    vintage,
    data_year,
    data_month,
    product_type,
    technology_id,
    region_id,
    partner_id,
    exports_usd_millions,
    imports_usd_millions,
    vintage as value_vintage
from loaded
where product_type = 'total_merchandise'
