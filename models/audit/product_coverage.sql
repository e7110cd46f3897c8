-- How much of the Bureau's own total of the same months is there: a month that was loaded in part shows here.
with

products as (
    select
        flow,
        data_year,
        data_month,
        sum(value_usd) / 1000000 as usd_millions
    from {{ ref('product_sums') }}
    where data_month is not null and census_area_code is not null
    group by flow, data_year, data_month
),

totals as (
    {{ latest_states('trade_months') }}
    where
        trade_months.breakdown = 'total'
        and trade_months.product_type = 'advanced_technology_products'
),

-- The source that continues the report has the totals.
total_sources as (
    select distinct later_source_id from {{ ref('stg_reference__sources') }}
    where later_source_id is not null
),

compared as (
    select
        products.flow,
        products.data_year,
        sum(products.usd_millions) as products_usd_millions,
        sum(case products.flow when 'exports' then totals.exports_usd_millions else totals.imports_usd_millions end)
            as published_usd_millions,
        count(totals.source_id) = count(*) as has_totals
    from products
    cross join total_sources
    left join totals
        on
            total_sources.later_source_id = totals.source_id
            and products.data_year = totals.data_year
            and products.data_month = totals.data_month
    group by products.flow, products.data_year
)

select
    years.source_id,
    years.vintage,
    years.flow,
    years.data_year,
    years.months_loaded,
    years.has_list,
    years.is_shown,
    cast(compared.products_usd_millions as decimal(18, 6)) as listed_usd_millions,
    cast(case when compared.has_totals then compared.published_usd_millions end as decimal(18, 6))
        as total_usd_millions,
    case
        when compared.has_totals then {{ ratio('compared.products_usd_millions', 'compared.published_usd_millions') }}
    end
        as ratio_to_total
from {{ ref('product_years') }} as years
left join compared on years.flow = compared.flow and years.data_year = compared.data_year
