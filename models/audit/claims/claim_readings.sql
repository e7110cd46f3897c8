with

claims as (
    select
        *,
        cast(threshold as double) as threshold_number,
        cast(power(10, -length(split_part(published_value, '.', 2))) as decimal(18, 6)) as last_digit,
        length(published_value) - length(replace(published_value, ' ', '')) + 1 as members_named,
        case when published_unit <> 'members' then cast(published_value as decimal(18, 6)) end as published_number
    from {{ ref('nsf07329_claims') }}
),

observations as (
    select
        claims.claim_id,
        claims.reading,
        claims.statistic,
        claims.threshold_number,
        claims.first_year,
        claims.last_year,
        claims.published_value,
        claims.members_named,
        observed.source_id,
        observed.member_id,
        observed.data_year,
        observed.observed_value,
        observed.yearly_change,
        observed.standing
    from claims
    inner join {{ ref('claim_observations') }} as observed
        on claims.claim_id = observed.claim_id and claims.reading = observed.reading
),

reduced as (
    select
        claim_id,
        reading,
        source_id,
        count(*) as observations,
        count(distinct member_id) as members_found,
        count(distinct data_year) as years_found,
        {{ claim_statistic() }} as computed_number,
        {{ claim_members() }} as computed_members,
        {{ claim_members_agreed() }} as members_agreed
    from observations
    group by claim_id, reading, source_id
),

-- Another source than the claim's own is of use only if it has all the years.
judged as (
    select
        claims.claim_id,
        claims.reading,
        reduced.source_id,
        claims.published_value,
        claims.published_number,
        claims.last_digit,
        reduced.computed_number as computed_value,
        reduced.computed_members,
        cast(claims.published_number - reduced.computed_number as decimal(18, 6)) as difference,
        cast(reduced.observations as int) as observations,
        cast(reduced.members_found as int) as members_found,
        cast(reduced.years_found as int) as years_found,
        claims.source_id = reduced.source_id as is_source_of_the_claim,
        {{ claim_holds() }} as holds
    from claims
    inner join reduced on claims.claim_id = reduced.claim_id and claims.reading = reduced.reading
    where
        claims.source_id = reduced.source_id
        or reduced.years_found = claims.last_year - claims.first_year + 1
)

select * from judged
