select
    technology_id,
    technology_name,
    report_label,
    census_area_code,
    definition,
    report_order,
    technology_id = 'all_technologies' as is_total
from {{ ref('technologies') }}
