select
    region_id,
    region_name,
    report_label,
    cast(report_order as int) as report_order
from {{ ref('regions') }}
where region_id <> 'all'
