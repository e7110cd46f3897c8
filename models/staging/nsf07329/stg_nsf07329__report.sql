select
    source_id,
    vintage,
    later_source_id
from {{ ref('stg_reference__sources') }}
where source_id = 'nsf07329' and is_latest
