with

claims as (
    select
        *,
        cast(threshold as double) as threshold_number,
        cast(power(10, -length(split_part(published_value, '.', 2))) as decimal(18, 6)) as last_digit,
        {{ ids_named('published_value') }} as members_named,
        case when published_unit <> 'members' then cast(published_value as decimal(18, 6)) end as published_number
    from {{ ref('nsf07329_claims') }}
),

taken as (
    select
        claims.claim_id,
        claims.reading,
        {{ columns(state() + period(), 'observed') }},
        observed.member_id,
        observed.value_rank,
        concat(observed.technology_id, '/', observed.region_id, '/', observed.partner_id) as series,
        claims.members_named,
        statistics.taken = 'named' as is_of_members,
        statistics.reduced_by,
        case statistics.kept
            when 'all' then true
            when 'above' then observed.observed_value > claims.threshold_number
            when 'below' then observed.observed_value < claims.threshold_number
            when 'equal' then observed.observed_value = claims.threshold_number
            when 'first' then observed.value_rank = 1
        end as is_kept,
        case statistics.taken
            when 'value' then observed.observed_value
            when 'signed_end'
                then case observed.data_year
                    when claims.last_year then observed.observed_value
                    when claims.first_year then -observed.observed_value
                end
            when 'yearly_change' then observed.yearly_change
            when 'year' then observed.data_year
            when 'one' then 1
            -- 1 for a member that the claim names, in its order or anywhere among them.
            when 'named'
                then case
                    when observed.value_rank > claims.members_named then 0
                    when operators.members_match = 'in_order'
                        then case
                            when split_part(claims.published_value, ' ', observed.value_rank) = observed.member_id then 1
                            else 0
                        end
                    when {{ asks_for('claims.published_value', 'observed.member_id') }} then 1
                    else 0
                end
        end as taken_value
    from claims
    inner join {{ ref('statistics') }} as statistics on claims.statistic = statistics.statistic
    inner join {{ ref('operators') }} as operators on claims.operator = operators.operator
    inner join {{ ref('claim_observations') }} as observed
        on claims.claim_id = observed.claim_id and claims.reading = observed.reading
),

reduced as (
    select
        claim_id,
        reading,
        {{ columns(state()) }},
        cast(count(*) as int) as observations,
        cast(count(distinct series) as int) as members_found,
        cast(count(distinct data_year) as int) as years_found,
        cast(case max(reduced_by)
            when 'only' then case when count(*) = 1 then max(taken_value) end
            when 'sum' then sum(case when is_kept then taken_value else 0 end)
            when 'highest' then max(case when is_kept then taken_value end)
            when 'lowest' then min(case when is_kept then taken_value end)
        end as decimal(18, 6)) as result,
        case when bool_or(is_of_members) then {{ ids_in_order() }} end as computed_members
    from taken
    group by claim_id, reading, {{ columns(state()) }}
),

-- An operator is an interval around the published number, in units of its last digit; of members, around how many are named.
-- Another source than the claim's own is of use only if it has all the years.
bounded as (
    select
        claims.*,
        reduced.observations,
        reduced.members_found,
        reduced.years_found,
        reduced.result,
        reduced.computed_members,
        operators.has_edges,
        reduced.source_id as read_source_id,
        reduced.vintage as read_vintage,
        cast(coalesce(claims.published_number, claims.members_named) + operators.lower_digits * claims.last_digit as decimal(18, 6))
            as lower_bound,
        cast(coalesce(claims.published_number, claims.members_named) + operators.upper_digits * claims.last_digit as decimal(18, 6))
            as upper_bound
    from claims
    inner join {{ ref('operators') }} as operators on claims.operator = operators.operator
    inner join reduced on claims.claim_id = reduced.claim_id and claims.reading = reduced.reading
    where
        claims.source_id = reduced.source_id
        or reduced.years_found = claims.last_year - claims.first_year + 1
),

judged as (
    select
        claim_id,
        reading,
        read_source_id as source_id,
        read_vintage as vintage,
        published_value,
        published_number,
        last_digit,
        case when published_unit <> 'members' then result end as computed_value,
        computed_members,
        cast(published_number - result as decimal(18, 6)) as difference,
        observations,
        members_found,
        years_found,
        source_id = read_source_id as is_source_of_the_claim,
        result between coalesce(lower_bound, result) and coalesce(upper_bound, result)
        and (has_edges or (coalesce(result <> lower_bound, true) and coalesce(result <> upper_bound, true))) as holds
    from bounded
)

select * from judged
