select
    technology_id,
    technology_name,
    report_label,
    census_area_code,
    definition,
    cast(report_order as int) as report_order
from {{ ref('technologies') }}
where technology_id <> 'all'
