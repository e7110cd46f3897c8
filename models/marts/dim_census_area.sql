select
    census_area_code,
    census_area_name
from {{ ref('census_areas') }}
