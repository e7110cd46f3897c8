-- A claim that can be judged has a metric, members and years that exist; for one that cannot, they do not exist yet.
with

claims as (
    select
        *,
        concat_ws(', ', product_type, technologies, regions, partners) as asked,
        {{ ids_named('technologies') }} * {{ ids_named('regions') }} * {{ ids_named('partners') }} as members_named
    from {{ ref('nsf07329_claims') }}
),

metrics as (
    select distinct
        metric,
        product_type,
        source_id,
        vintage,
        technology_id <> 'all' as is_by_technology,
        region_id <> 'all' as is_by_region,
        partner_id <> 'all' as is_by_partner
    from ({{ claim_metrics() }}) as every_metric
),

sources as (
    select * from {{ ref('stg_reference__sources') }}
    where is_latest
),

readings as (
    {{ latest_states('claim_readings') }}
    where claim_readings.is_source_of_the_claim
),

-- Readings in the report that are not the claim's own: it has all the years.
of_report as (
    select
        claim_readings.claim_id,
        claim_readings.reading
    from {{ ref('claim_readings') }} as claim_readings
    inner join {{ ref('stg_nsf07329__report') }} as report
        on claim_readings.source_id = report.source_id and claim_readings.vintage = report.vintage
    where not claim_readings.is_source_of_the_claim
),

problems as (
    select
        claims.claim_id,
        claims.reading,
        case
            when claims.missing_data is not null and readings.holds is not null
                then 'says that data are missing, but core.trade_metrics has them'
            when claims.missing_data is not null then null
            when metrics.metric is null
                then concat('no metric ', claims.metric, ' of ', claims.asked, ' from ', claims.source_id)
            when readings.claim_id is null
                then concat('no numbers of ', claims.asked, ' in ', claims.first_year, ' to ', claims.last_year)
            -- A member that is in no row of a figure has no rank to count; that it exists is checked elsewhere.
            when readings.members_found < claims.members_named and asked.kept not in ('above', 'below', 'equal')
                then concat('only ', readings.members_found, ' of the members of ', claims.asked, ' exist')
            when readings.observations < readings.members_found * (claims.last_year - claims.first_year + 1)
                then concat('years are missing between ', claims.first_year, ' and ', claims.last_year)
            when claims.statistic = 'value' and readings.observations > 1
                then 'statistic value is for one number, and there are more'
            when claims.statistic = 'change' and readings.members_found > 1
                then 'statistic change is for one member, and there are more'
            when claims.reading <> 'as_worded' and worded.holds then 'is not needed: the claim is true as worded'
            when of_report.claim_id is not null
                then 'is judged by a later source, but the report has the numbers: name the report as its source'
            when readings.holds is null then 'its result cannot be compared with published_value'
        end as what_is_wrong
    from claims
    left join {{ ref('statistics') }} as asked on claims.statistic = asked.statistic
    left join sources on claims.source_id = sources.source_id
    left join metrics
        on
            claims.metric = metrics.metric
            and claims.product_type = metrics.product_type
            and claims.source_id = metrics.source_id
            and sources.vintage = metrics.vintage
            and (claims.technologies <> 'all') = metrics.is_by_technology
            and (claims.regions <> 'all') = metrics.is_by_region
            and (claims.partners <> 'all') = metrics.is_by_partner
    left join readings on claims.claim_id = readings.claim_id and claims.reading = readings.reading
    left join of_report on claims.claim_id = of_report.claim_id and claims.reading = of_report.reading
    left join readings as worded on claims.claim_id = worded.claim_id and worded.reading = 'as_worded'
)

select concat('seeds/nsf07329/nsf07329_claims.csv, claim ', claim_id, ' (', reading, '): ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
