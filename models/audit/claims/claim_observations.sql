with

residuals as (
    select distinct
        breakdown,
        member_id
    from {{ ref('trade_flows') }}
    where not is_ranked
),

-- `CAN MEX` becomes the pattern (CAN|MEX), and `*/JPN` ([^/]+/JPN).
claims as (
    select
        *,
        concat('^(', replace(replace(members, '*', '[^/]+'), ' ', '|'), ')$') as member_pattern
    from {{ ref('nsf07329_claims') }}
),

matched as (
    select
        claims.claim_id,
        claims.reading,
        claims.statistic,
        metrics.source_id,
        metrics.member_id,
        metrics.data_year,
        metrics.metric_value / case when claims.published_unit = 'usd_billions' then 1000 else 1 end
            as observed_value
    from claims
    inner join {{ ref('trade_metrics') }} as metrics
        on
            claims.metric = metrics.metric
            and claims.breakdown = metrics.breakdown
            and metrics.data_year between claims.first_year and claims.last_year
            and regexp_extract(metrics.member_id, claims.member_pattern, 1) = metrics.member_id
    left join residuals
        on metrics.breakdown = residuals.breakdown and metrics.member_id = residuals.member_id
    where claims.members <> '*' or residuals.member_id is null
),

placed as (
    select
        claim_id,
        reading,
        source_id,
        member_id,
        data_year,
        observed_value,
        cast(row_number() over (
            partition by claim_id, reading, source_id
            order by
                case when statistic like '%lowest%' then 1 else -1 end * observed_value,
                data_year,
                member_id
        ) as int) as standing,
        observed_value - lag(observed_value) over (
            partition by claim_id, reading, source_id, member_id order by data_year
        ) as yearly_change
    from matched
)

select * from placed
