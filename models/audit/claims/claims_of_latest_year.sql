with

claims as (
    select
        claims.*,
        (claims.technologies = '*' and asked.taken = 'one') or coalesce(metrics.counts_technologies, false)
            as counts_technologies,
        {{ ids_named('claims.technologies') }} as technologies_named,
        {{ ids_named('claims.regions') }} as regions_named,
        {{ ids_named('claims.partners') }} as partners_named,
        case when operators.members_match is null then 0 else {{ ids_named('claims.published_value') }} end
            as published_members,
        -- A member that is in no row has no number to count.
        asked.kept in ('above', 'below', 'equal') as counts_rows,
        -- What can be said of any year: a sign, an order, a bound on a share. D84 in DECISIONS.md.
        asked.is_of_any_year
        and (
            {{ asks_for('operators.units_of_any_year', 'claims.published_unit') }}
            or case when operators.members_match is null then cast(claims.published_value as double) = 0 else false end
        )
        -- A bound with a decimal is a share that the report measured.
        and not (claims.published_unit = 'pct' and instr(claims.published_value, '.') > 0)
        and (
            claims.threshold is null
            or cast(claims.threshold as double) = 0
            or coalesce(metrics.unit, 'none') <> 'usd_millions'
        ) as is_of_any_year
    from {{ ref('claims') }} as claims
    inner join {{ ref('statistics') }} as asked on claims.statistic = asked.statistic
    inner join {{ ref('operators') }} as operators on claims.operator = operators.operator
    left join {{ ref('metrics') }} as metrics on claims.metric = metrics.metric
),

observed as (
    select * from {{ ref('claim_observations') }}
    where years_later > 0 and reading = 'as_worded'
),

areas as (
    select distinct
        {{ columns(state()) }},
        technology_id
    from {{ ref('trade') }}
    where technology_id <> 'all'
),

areas_of_report as (
    select
        areas.technology_id,
        count(*) over () as areas
    from areas
    inner join {{ ref('stg_nsf07329__report') }} as report on {{ same(state(), 'areas', 'report') }}
),

-- Whether a source has the areas of the report, no fewer and no others.
compared_areas as (
    select
        {{ columns(state(), 'areas') }},
        count(*) = count(of_report.technology_id) and count(*) = max(of_report.areas) as are_those_of_the_report
    from areas
    left join areas_of_report as of_report on areas.technology_id = of_report.technology_id
    group by {{ columns(state(), 'areas') }}
),

report as (
    {{ report_period() }}
),

later_sources as (
    select distinct
        {{ columns(state(), 'observed') }},
        observed.years_later,
        report.last_data_year,
        coalesce(compared_areas.are_those_of_the_report, false) as has_areas_of_report
    from observed
    cross join report
    left join compared_areas on {{ same(state(), 'observed', 'compared_areas') }}
),

-- The named members that the source has, in any of the claim's numbers.
found as (
    select
        claims.claim_id,
        {{ columns(state(), 'observed') }},
        count(distinct observed.technology_id) >= max(claims.technologies_named)
        and count(distinct observed.region_id) >= max(claims.regions_named)
        and count(distinct observed.partner_id) >= max(claims.partners_named)
        and count(distinct case
            when claims.published_members > 0 and {{ asks_for('claims.published_value', 'observed.member_id') }}
                then observed.member_id
        end) >= max(claims.published_members) as has_members
    from claims
    inner join observed on claims.claim_id = observed.claim_id
    group by claims.claim_id, {{ columns(state(), 'observed') }}
),

readings as (
    select
        *,
        observations >= members_found * years_found as has_each_number
    from {{ ref('claim_readings') }}
    where years_later > 0 and reading = 'as_worded'
),

judged as (
    select
        claims.claim_id,
        {{ columns(state(), 'later') }},
        cast(later.last_data_year + later.years_later as int) as data_year,
        claims.stated_by,
        claims.statement,
        cast(claims.first_year + later.years_later as int) as first_year,
        cast(claims.last_year + later.years_later as int) as last_year,
        claims.operator,
        claims.published_value,
        claims.published_unit,
        claims.computed_value as report_value,
        claims.computed_members as report_members,
        readings.computed_value as latest_value,
        readings.computed_members as latest_members,
        readings.deciding_year,
        readings.deciding_member,
        case
            when claims.last_year < later.last_data_year then 'of_earlier_years'
            when not claims.is_of_any_year then 'of_its_years'
            when claims.counts_technologies and not later.has_areas_of_report then 'not_in_source'
            when not coalesce(found.has_members, false) then 'not_in_source'
            when not coalesce(readings.has_each_number or claims.counts_rows, false) then 'not_in_source'
            when readings.holds then 'would_hold'
            when not readings.holds then 'would_not_hold'
            else 'not_in_source'
        end as verdict
    from claims
    cross join later_sources as later
    left join found on claims.claim_id = found.claim_id and {{ same(state(), 'later', 'found') }}
    left join readings on claims.claim_id = readings.claim_id and {{ same(state(), 'later', 'readings') }}
),

with_answers as (
    select
        claim_id,
        {{ columns(state() + period()) }},
        stated_by,
        statement,
        first_year,
        last_year,
        operator,
        published_value,
        published_unit,
        report_value,
        report_members,
        verdict,
        case verdict when 'would_hold' then true when 'would_not_hold' then false end as would_hold,
        case when verdict in ('would_hold', 'would_not_hold') then latest_value end as latest_value,
        case when verdict in ('would_hold', 'would_not_hold') then latest_members end as latest_members,
        case when verdict in ('would_hold', 'would_not_hold') then deciding_year end as deciding_year,
        case when verdict in ('would_hold', 'would_not_hold') then deciding_member end as deciding_member
    from judged
)

select * from with_answers
