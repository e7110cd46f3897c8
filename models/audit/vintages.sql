with

totals as (
    select metrics.*
    from {{ ref('trade_metrics') }} as metrics
    where
        metrics.product_type = 'advanced_technology_products'
        and metrics.technology_id = 'all'
        and metrics.region_id = 'all'
        and metrics.metric in ('exports_usd_millions', 'imports_usd_millions', 'balance_usd_millions')
),

sources as (
    select * from {{ ref('stg_reference__sources') }}
    where is_latest
),

fallen as (
    select
        totals.metric,
        totals.data_year,
        count(*) as claims
    from totals
    inner join {{ ref('claims') }} as claims
        on
            {{ same(state() + ['product_type', 'metric'], 'totals', 'claims') }}
            and claims.technologies = 'all'
            and claims.regions = 'all'
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
    inner join {{ ref('stg_nsf07329__report') }} as reports on {{ same(state(), 'report', 'reports') }}
    inner join sources as later_sources on reports.later_source_id = later_sources.source_id
    inner join totals as later
        on
            {{ same(state(), 'later_sources', 'later') }}
            and report.metric = later.metric
            and report.data_year = later.data_year
    left join fallen
        on report.metric = fallen.metric and report.data_year = fallen.data_year
),

compared as (
    select
        *,
        cast(later_usd_millions - report_usd_millions as decimal(18, 1)) as revision_usd_millions,
        100 * {{ ratio('(later_usd_millions - report_usd_millions)', 'abs(report_usd_millions)') }} as revision_pct
    from side_by_side
)

select * from compared
