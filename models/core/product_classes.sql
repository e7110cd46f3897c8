-- Each product that a list of its flow has ever had, in each year that has a list: what a list adds or drops has trade
-- in the years in which it does not count.
with

lists as (
    select * from {{ ref('stg_census__product_lists') }}
),

products as (
    select distinct
        flow,
        product_code
    from lists
),

years as (
    select distinct
        flow,
        list_year
    from lists
),

classes as (
    select
        years.flow,
        years.list_year as data_year,
        products.product_code,
        lists.census_area_code
    from years
    inner join products on years.flow = products.flow
    left join lists
        on
            years.flow = lists.flow
            and years.list_year = lists.list_year
            and products.product_code = lists.product_code
)

select
    flow,
    data_year,
    product_code,
    census_area_code,
    -- Numbers for what is added up by the million: texts as keys take half as long again.
    cast(row_number() over (order by flow, data_year, product_code) as int) as class_id,
    cast(dense_rank() over (order by flow, data_year, census_area_code nulls first) as int) as area_id
from classes
