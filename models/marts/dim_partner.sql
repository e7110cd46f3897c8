select
    partner_id,
    partner_name,
    report_label,
    region_id,
    region_name,
    schedule_c_code,
    cast(report_order as int) as report_order
from {{ ref('stg_reference__economies') }}
where is_partner
