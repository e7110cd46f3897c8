select
    note_id,
    title,
    source_id,
    flow,
    {{ columns(members()) }},
    cast(valid_from as int) as valid_from,
    cast(valid_to as int) as valid_to,
    kind,
    is_break,
    sentence,
    reference_title,
    reference_address
from {{ ref('notes') }}
