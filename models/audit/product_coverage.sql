select
    source_id,
    vintage,
    flow,
    data_year,
    months_loaded,
    has_list,
    is_shown
from {{ ref('product_years') }}
