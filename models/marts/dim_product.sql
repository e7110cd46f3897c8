with

lists as (
    select
        *,
        dense_rank() over (partition by flow order by list_year) as list_number
    from {{ ref('stg_census__product_lists') }}
),

-- Lists that follow each other and agree on the area are one spell: their number grows as fast as the product's.
spells as (
    select
        *,
        list_number
        - row_number() over (partition by flow, product_code, census_area_code order by list_year) as spell
    from lists
),

products as (
    select
        flow,
        product_code,
        census_area_code,
        min(list_year) as valid_from_year,
        max(list_year) as valid_to_year,
        max(list_number) as last_list_number,
        -- The newest name that is known; a year has four digits.
        substring(max(case when product_name is not null then concat(list_year, product_name) end), 5) as product_name
    from spells
    group by flow, product_code, census_area_code, spell
),

newest as (
    select
        flow,
        max(list_number) as last_list_number
    from lists
    group by flow
)

select
    products.flow,
    products.product_code,
    products.valid_from_year,
    products.valid_to_year,
    products.product_name,
    products.census_area_code,
    areas.census_area_name,
    products.last_list_number = newest.last_list_number as is_on_latest_list,
    substring(products.product_code, 1, 2) as chapter_code,
    substring(products.product_code, 1, 6) as subheading_code
from products
inner join newest on products.flow = newest.flow
inner join {{ ref('dim_census_area') }} as areas on products.census_area_code = areas.census_area_code
