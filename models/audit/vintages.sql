with

totals as (
    select * from {{ ref('trade_metrics') }}
    where breakdown = 'total' and metric in ('exports_usd_millions', 'imports_usd_millions', 'balance_usd_millions')
),

fallen as (
    select
        totals.metric,
        totals.data_year,
        count(*) as claims
    from totals
    inner join {{ ref('claims') }} as claims
        on
            totals.metric = claims.metric
            and totals.breakdown = claims.breakdown
            and totals.source_id = claims.source_id
            and totals.data_year between claims.first_year and claims.last_year
    where claims.verdict in ('confirmed', 'confirmed_with_note') and not claims.holds_on_later_data
    group by totals.metric, totals.data_year
),

side_by_side as (
    select
        report.data_year,
        report.metric,
        report.source_id as report_source_id,
        report.vintage as report_vintage,
        later.source_id as later_source_id,
        later.vintage as later_vintage,
        cast(report.metric_value as decimal(18, 1)) as report_usd_millions,
        cast(later.metric_value as decimal(18, 1)) as later_usd_millions,
        cast(coalesce(fallen.claims, 0) as int) as claims_that_fall
    from totals as report
    inner join totals as later
        on report.metric = later.metric and report.data_year = later.data_year
    left join fallen
        on report.metric = fallen.metric and report.data_year = fallen.data_year
    where report.source_id = 'nsf_07_329' and later.source_id <> 'nsf_07_329'
),

compared as (
    select
        *,
        cast(later_usd_millions - report_usd_millions as decimal(18, 1)) as revision_usd_millions,
        100 * {{ ratio('(later_usd_millions - report_usd_millions)', 'abs(report_usd_millions)') }} as revision_pct
    from side_by_side
)

select * from compared
