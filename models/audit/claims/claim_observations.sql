with

claims as (
    select
        claims.*,
        asked.ranks_from,
        -- `*` is each member; a residual (all other countries) is a group, not a member.
        case claims.partners when 'all' then claims.regions else claims.partners end = '*'
            as leaves_out_residuals
    from {{ ref('nsf07329_claims') }} as claims
    inner join {{ ref('statistics') }} as asked on claims.statistic = asked.statistic
),

metrics as (
    {{ claim_metrics() }}
),

report as (
    {{ report_period() }}
),

-- A source that goes on after the report is asked again: its latest year takes the place of the report's last year, and
-- the years before it move along. D84 in DECISIONS.md.
continued as (
    select
        {{ columns(state(), 'metrics') }},
        cast(max(metrics.data_year) - report.last_data_year as int) as years_later
    from metrics
    inner join {{ ref('stg_reference__sources') }} as sources
        on {{ same(state(), 'metrics', 'sources') }} and sources.is_latest
    cross join report
    group by {{ columns(state(), 'metrics') }}, report.last_data_year
    having max(metrics.data_year) > report.last_data_year
),

asked_metrics as (
    select
        metrics.*,
        0 as years_later
    from metrics
    union all
    select
        metrics.*,
        continued.years_later
    from metrics
    inner join continued on {{ same(state(), 'metrics', 'continued') }}
),

matched as (
    select
        claims.claim_id,
        claims.reading,
        claims.ranks_from,
        metrics.years_later,
        {{ columns(fact_key(), 'metrics') }},
        case
            when metrics.partner_id <> 'all' then metrics.partner_id
            when metrics.region_id <> 'all' then metrics.region_id
            else metrics.technology_id
        end as member_id,
        metrics.metric_value / case when claims.published_unit = 'usd_billions' then 1000 else 1 end
            as observed_value
    from claims
    inner join asked_metrics as metrics
        on
            claims.metric = metrics.metric
            and claims.product_type = metrics.product_type
            and metrics.data_year - metrics.years_later between claims.first_year and claims.last_year
            and {{ asks_for('claims.technologies', 'metrics.technology_id') }}
            and {{ asks_for('claims.regions', 'metrics.region_id') }}
            and {{ asks_for('claims.partners', 'metrics.partner_id') }}
    where not (claims.leaves_out_residuals and metrics.is_residual)
),

ranked as (
    select
        claim_id,
        reading,
        years_later,
        {{ columns(fact_key()) }},
        member_id,
        observed_value,
        cast(row_number() over (
            partition by claim_id, reading, years_later, {{ columns(state()) }}
            order by
                case ranks_from when 'lowest' then 1 else -1 end * observed_value,
                data_year,
                technology_id,
                partner_id,
                region_id
        ) as int) as value_rank,
        observed_value - lag(observed_value) over (
            partition by claim_id, reading, years_later, {{ columns(state() + members()) }} order by data_year
        ) as yearly_change
    from matched
)

select * from ranked
