-- Years of advanced technology products are only subtracted here, since the fact has them as sums of months; so it has
-- those of all goods that are loaded.
{% set amounts = {
    'atp_exports_usd_millions': ('advanced_technology_products', 'exports_usd_millions'),
    'atp_imports_usd_millions': ('advanced_technology_products', 'imports_usd_millions'),
    'goods_exports_usd_millions': ('total_merchandise', 'exports_usd_millions'),
    'goods_imports_usd_millions': ('total_merchandise', 'imports_usd_millions'),
} %}

with

loaded_years as (
    select
        source_id,
        vintage,
        data_year,
    {% for amount, (product, flow) in amounts.items() %}
        cast(sum(case when product_type = '{{ product }}' then {{ flow }} end) as decimal(18, 1)) as {{ amount }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('stg_census__goods_monthly') }}
    where partner_id = 'all'
    group by source_id, vintage, data_year
    having count(distinct data_month) = 12
),

published as (
    select
        'census_country' as source_id,
        vintage,
        data_year,
        {{ columns(amounts) }}
    from {{ ref('census_merchandise_trade') }}
    union all
    select
        source_id,
        vintage,
        data_year,
        {{ columns(amounts) }}
    from loaded_years
),

as_of_states as (
    {{ as_of_each_state('published', period(), amounts | list) }}
),

years_without_months as (
    select as_of_states.*
    from as_of_states
    left join loaded_years on {{ same(state() + period(), 'as_of_states', 'loaded_years') }}
    where loaded_years.vintage is null
),

by_product_type as (
    select
        {{ columns(state() + period()) }},
        'all_other_products' as product_type,
        goods_exports_usd_millions - atp_exports_usd_millions as exports_usd_millions,
        goods_imports_usd_millions - atp_imports_usd_millions as imports_usd_millions
    from as_of_states
    union all
    select
        {{ columns(state() + period()) }},
        'total_merchandise' as product_type,
        goods_exports_usd_millions as exports_usd_millions,
        goods_imports_usd_millions as imports_usd_millions
    from years_without_months
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
