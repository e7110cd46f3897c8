select
    source_id,
    source_name,
    publisher,
    vintage,
    vintage_note,
    address,
    later_source_id,
    is_in_trade_marts,
    basis,
    flow_definition,
    valuation,
    seasonal_adjustment,
    classification,
    revision_policy,
    vintage = max(vintage) over (partition by source_id) as is_latest,
    lag(vintage) over (partition by source_id order by vintage) as previous_vintage
from {{ ref('sources') }}
