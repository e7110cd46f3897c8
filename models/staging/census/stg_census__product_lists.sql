with

loaded as (
    select * from {{ loaded_rows(
        'census_lists',
        'product_lists',
        ['flow', 'list_year', 'product_code', 'census_area_code', 'product_name', 'source_id'],
        latest=true,
    ) }} as files
),

loaded_lists as (
    select distinct
        flow,
        cast(list_year as int) as list_year
    from loaded
)

-- A list that is loaded takes the place of the shipped one.
select
    shipped.flow,
    shipped.list_year,
    shipped.product_code,
    shipped.census_area_code,
    cast(null as string) as product_name,
    'census_lists' as source_id
from {{ ref('census_atp_products') }} as shipped
left join loaded_lists on shipped.flow = loaded_lists.flow and shipped.list_year = loaded_lists.list_year
where loaded_lists.flow is null
union all
select
    flow,
    cast(list_year as int) as list_year,
    product_code,
    census_area_code,
    product_name,
    source_id
from loaded
