select
    region_id,
    region_name,
    report_label,
    cast(report_order as int) as report_order
from {{ ref('stg_reference__economies') }}
where is_region
