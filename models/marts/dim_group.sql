with

lives as (
    select
        group_id,
        min(valid_from) as valid_from,
        case when count(*) = count(valid_to) then max(valid_to) end as valid_to
    from {{ ref('group_sizes') }}
    group by group_id
)

select
    named.group_id,
    named.group_name,
    named.group_kind,
    named.definition,
    lives.valid_from,
    lives.valid_to,
    named.reference
from {{ ref('groups') }} as named
left join lives on named.group_id = lives.group_id
