select
    source_id,
    vintage,
    later_source_id
from {{ ref('sources') }}
where source_id = 'nsf_07_329'
