-- A claim that can be judged has a metric, members and years that exist; a claim that cannot be judged has none yet.
with

claims as (
    select
        *,
        case
            when members like '%*%' then 1
            else length(members) - length(replace(members, ' ', '')) + 1
        end as members_named
    from {{ ref('nsf07329_claims') }}
),

metrics as (
    select distinct
        metric,
        breakdown,
        source_id
    from {{ ref('trade_metrics') }}
),

readings as (
    select * from {{ ref('claim_readings') }}
    where is_source_of_the_claim
),

problems as (
    select
        claims.claim_id,
        claims.reading,
        case
            when claims.missing_data is not null and readings.holds is not null
                then 'says that data are missing, but marts.trade_metrics has them'
            when claims.missing_data is not null then null
            when metrics.metric is null
                then concat('no metric ', claims.metric, ' by ', claims.breakdown, ' from ', claims.source_id)
            when readings.claim_id is null
                then concat('no member ', claims.members, ' in ', claims.first_year, ' to ', claims.last_year)
            when readings.members_found < claims.members_named
                then concat('only ', readings.members_found, ' of the members ', claims.members, ' exist')
            when readings.observations < readings.members_found * (claims.last_year - claims.first_year + 1)
                then concat('years are missing between ', claims.first_year, ' and ', claims.last_year)
            when claims.statistic = 'value' and readings.observations > 1
                then 'statistic value is for one number, and there are more'
            when claims.statistic = 'change' and readings.members_found > 1
                then 'statistic change is for one member, and there are more'
            when claims.reading = 'narrower' and worded.holds then 'is not needed: as worded it holds'
            when readings.holds is null then 'its result cannot be compared with published_value'
        end as what_is_wrong
    from claims
    left join metrics
        on
            claims.metric = metrics.metric
            and claims.breakdown = metrics.breakdown
            and claims.source_id = metrics.source_id
    left join readings on claims.claim_id = readings.claim_id and claims.reading = readings.reading
    left join readings as worded on claims.claim_id = worded.claim_id and worded.reading = 'as_worded'
)

select concat('seeds/audit/nsf07329_claims.csv, claim ', claim_id, ' (', reading, '): ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
