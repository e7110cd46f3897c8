select
    lists.flow,
    lists.list_year,
    lists.product_code,
    lists.census_area_code,
    areas.census_area_name
from {{ ref('stg_census__product_lists') }} as lists
inner join {{ ref('dim_census_area') }} as areas on lists.census_area_code = areas.census_area_code
