with

-- An operator is an interval around the published number, in units of its last digit. For members, it is an interval
-- around how many the claim names.
claims as (
    select
        claims.*,
        asked.taken,
        asked.kept,
        asked.reduced_by,
        operators.lower_digits,
        operators.upper_digits,
        operators.has_edges,
        operators.members_match,
        cast(claims.threshold as double) as threshold_number,
        cast(power(10, -length(split_part(claims.published_value, '.', 2))) as decimal(18, 6)) as last_digit,
        {{ ids_named('claims.published_value') }} as members_named,
        case when claims.published_unit <> 'members' then cast(claims.published_value as decimal(18, 6)) end
            as published_number
    from {{ ref('nsf07329_claims') }} as claims
    inner join {{ ref('statistics') }} as asked on claims.statistic = asked.statistic
    inner join {{ ref('operators') }} as operators on claims.operator = operators.operator
),

-- For a member, 1 is taken if the claim names it, at this place or at any.
numbers as (
    select
        claims.claim_id,
        claims.reading,
        claims.reduced_by,
        claims.members_named,
        claims.taken = 'named' as is_of_members,
        {{ columns(state() + period(), 'observed') }},
        observed.years_later,
        observed.member_id,
        observed.value_rank,
        concat(observed.technology_id, '/', observed.region_id, '/', observed.partner_id) as series,
        case claims.kept
            when 'all' then true
            when 'above' then observed.observed_value > claims.threshold_number
            when 'below' then observed.observed_value < claims.threshold_number
            when 'equal' then observed.observed_value = claims.threshold_number
            when 'first' then observed.value_rank = 1
        end as is_kept,
        case
            when claims.taken = 'value' then observed.observed_value
            when claims.taken = 'yearly_change' then observed.yearly_change
            when claims.taken = 'year' then observed.data_year
            when claims.taken = 'one' then 1
            when claims.taken = 'signed_end' and observed.data_year = claims.last_year + observed.years_later
                then observed.observed_value
            when claims.taken = 'signed_end' and observed.data_year = claims.first_year + observed.years_later
                then -observed.observed_value
            when claims.taken = 'named' and observed.value_rank > claims.members_named then 0
            when claims.taken = 'named' and claims.members_match = 'in_order'
                then cast(split_part(claims.published_value, ' ', observed.value_rank) = observed.member_id as int)
            when claims.taken = 'named'
                then cast({{ asks_for('claims.published_value', 'observed.member_id') }} as int)
        end as taken_value
    from claims
    inner join {{ ref('claim_observations') }} as observed
        on claims.claim_id = observed.claim_id and claims.reading = observed.reading
),

-- The number that is the result, if it is the highest or the lowest of them: 1.
in_order as (
    select
        *,
        case
            when is_kept and reduced_by in ('highest', 'lowest') and taken_value is not null
                then row_number() over (
                    partition by claim_id, reading, years_later, {{ columns(state()) }}
                    order by
                        case when is_kept then 1 else 2 end,
                        case reduced_by when 'highest' then -1 else 1 end * taken_value nulls last,
                        data_year,
                        series
                )
        end as place
    from numbers
),

reduced as (
    select
        claim_id,
        reading,
        years_later,
        {{ columns(state()) }},
        cast(count(*) as int) as observations,
        cast(count(distinct series) as int) as members_found,
        cast(count(distinct data_year) as int) as years_found,
        cast(case max(reduced_by)
            when 'only' then case when count(*) = 1 then max(taken_value) end
            when 'sum' then sum(case when is_kept then taken_value else 0 end)
            when 'highest' then max(case when is_kept then taken_value end)
            when 'lowest' then min(case when is_kept then taken_value end)
        end as decimal(18, 6)) as reduced_number,
        case when bool_or(is_of_members) then {{ ids_in_order() }} end as computed_members,
        cast(max(case when place = 1 then data_year end) as int) as deciding_year,
        max(case when place = 1 then member_id end) as deciding_member
    from in_order
    group by claim_id, reading, years_later, {{ columns(state()) }}
),

-- A source other than the claim's own, or other years than its own, count only if all the years are there.
judged as (
    select
        claims.claim_id,
        claims.reading,
        reduced.years_later,
        {{ columns(state(), 'reduced') }},
        claims.published_value,
        claims.published_number,
        claims.last_digit,
        reduced.computed_members,
        reduced.deciding_year,
        reduced.deciding_member,
        cast(claims.published_number - reduced.reduced_number as decimal(18, 6)) as difference,
        reduced.observations,
        reduced.members_found,
        reduced.years_found,
        case when claims.published_unit <> 'members' then reduced.reduced_number end as computed_value,
        claims.source_id = reduced.source_id and reduced.years_later = 0 as is_source_of_the_claim,
        {{ is_in_interval(
            'reduced.reduced_number - coalesce(claims.published_number, claims.members_named)',
            'claims.lower_digits * claims.last_digit',
            'claims.upper_digits * claims.last_digit',
            'claims.has_edges',
        ) }} as holds
    from claims
    inner join reduced on claims.claim_id = reduced.claim_id and claims.reading = reduced.reading
    where
        (claims.source_id = reduced.source_id and reduced.years_later = 0)
        or reduced.years_found = claims.last_year - claims.first_year + 1
)

select * from judged
