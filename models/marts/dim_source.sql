select
    source_id,
    vintage,
    source_name,
    publisher,
    vintage_note,
    address,
    basis,
    flow_definition,
    valuation,
    seasonal_adjustment,
    classification,
    revision_policy
from {{ ref('stg_reference__sources') }}
