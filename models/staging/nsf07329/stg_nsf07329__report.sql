-- The source that the report is, and the one that continues its series.
select distinct
    sources.source_id,
    sources.later_source_id
from {{ ref('exhibits') }} as exhibits
inner join {{ ref('sources') }} as sources on exhibits.source_id = sources.source_id
