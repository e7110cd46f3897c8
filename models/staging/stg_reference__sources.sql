select
    source_id,
    source_name,
    publisher,
    vintage,
    vintage_note,
    address
from {{ ref('sources') }}
