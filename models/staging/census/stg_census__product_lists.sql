select
    flow,
    list_year,
    product_code,
    census_area_code
from {{ ref('census_atp_products') }}
