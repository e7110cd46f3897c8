select
    source_id,
    vintage,
    source_name,
    publisher,
    vintage_note,
    address
from {{ ref('stg_reference__sources') }}
