-- The file's years of advanced technology products are only subtracted here: the fact has them as sums of months.
{% set amounts = [
    'atp_exports_usd_millions', 'atp_imports_usd_millions', 'goods_exports_usd_millions', 'goods_imports_usd_millions',
] %}

with

published as (
    select
        *,
        'census_country' as source_id
    from {{ ref('census_merchandise_trade') }}
),

as_of_states as (
    {{ as_of_each_state('published', period(), amounts) }}
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
    from as_of_states
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
