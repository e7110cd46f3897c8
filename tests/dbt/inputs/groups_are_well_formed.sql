-- Groups, memberships and sizes fit together: times do not overlap, every change of the named members changes the size
-- of the group, and no group has more named members than members.
with

memberships as (
    select
        memberships.*,
        coalesce(memberships.valid_to, make_date(9999, 12, 31)) as last_day,
        coalesce(partners.is_residual or partners.partner_id = 'USA', true) as is_no_country
    from {{ ref('group_memberships') }} as memberships
    left join {{ ref('partners') }} as partners on memberships.partner_id = partners.partner_id
),

group_sizes as (
    select
        *,
        coalesce(valid_to, make_date(9999, 12, 31)) as last_day
    from {{ ref('group_sizes') }}
),

last_days as (
    select
        group_id,
        max(last_day) as last_day
    from group_sizes
    group by group_id
),

-- Every day on which something begins, and who is a member then.
days as (
    select
        sizes.group_id,
        sizes.valid_from,
        sizes.members_in_all,
        count(memberships.partner_id) as members_named
    from group_sizes as sizes
    left join memberships
        on
            sizes.group_id = memberships.group_id
            and sizes.valid_from >= memberships.valid_from
            and sizes.valid_from <= memberships.last_day
    group by sizes.group_id, sizes.valid_from, sizes.members_in_all
),

problems as (
    select
        'groups' as seed,
        group_id as place,
        'group_kind is not agreement, union or organization' as what_is_wrong
    from {{ ref('groups') }}
    where coalesce(group_kind, '') not in ('agreement', 'union', 'organization')
    union all
    select
        'groups' as seed,
        group_id as place,
        'its reference is no address (https://...)' as what_is_wrong
    from {{ ref('groups') }}
    where coalesce(regexp_extract(reference, '^https?://', 0), '') = ''
    union all
    select
        'groups' as seed,
        named.group_id as place,
        'the group has no members, or no size' as what_is_wrong
    from {{ ref('groups') }} as named
    left join days on named.group_id = days.group_id
    where coalesce(days.members_named, 0) = 0
    union all
    select
        'group_memberships' as seed,
        concat(memberships.group_id, ', ', memberships.partner_id) as place,
        case
            when named.group_id is null then 'no such group'
            when memberships.is_no_country then 'no such country among the partners'
            when memberships.last_day < memberships.valid_from then 'it ends before it begins'
            when other_memberships.partner_id is not null then 'it overlaps another membership'
            when begins.group_id is null then 'it begins when the size of the group does not change'
            when memberships.valid_to is not null and endings.group_id is null
                then 'it ends when the size of the group does not change'
        end as what_is_wrong
    from memberships
    left join {{ ref('groups') }} as named on memberships.group_id = named.group_id
    left join memberships as other_memberships
        on
            memberships.group_id = other_memberships.group_id
            and memberships.partner_id = other_memberships.partner_id
            and memberships.valid_from < other_memberships.valid_from
            and memberships.last_day >= other_memberships.valid_from
    left join group_sizes as begins
        on memberships.group_id = begins.group_id and memberships.valid_from = begins.valid_from
    left join group_sizes as endings
        on memberships.group_id = endings.group_id and memberships.valid_to = endings.valid_to
    union all
    select
        'group_sizes' as seed,
        concat(sizes.group_id, ', ', sizes.valid_from) as place,
        case
            when named.group_id is null then 'no such group'
            when sizes.last_day < sizes.valid_from then 'it ends before it begins'
            when days.members_named > sizes.members_in_all then 'more members are named than there are in all'
            when other_sizes.group_id is not null then 'it overlaps another row of the group'
            when next_sizes.group_id is null and sizes.valid_to < last_days.last_day
                then 'the next row does not begin on the day after'
        end as what_is_wrong
    from group_sizes as sizes
    left join {{ ref('groups') }} as named on sizes.group_id = named.group_id
    left join days on sizes.group_id = days.group_id and sizes.valid_from = days.valid_from
    left join last_days on sizes.group_id = last_days.group_id
    left join group_sizes as other_sizes
        on
            sizes.group_id = other_sizes.group_id
            and sizes.valid_from < other_sizes.valid_from
            and sizes.last_day >= other_sizes.valid_from
    left join group_sizes as next_sizes
        on sizes.group_id = next_sizes.group_id and date_add(sizes.last_day, 1) = next_sizes.valid_from
)

select concat('seeds/reference/', seed, '.csv, row "', place, '": ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
