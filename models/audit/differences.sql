{% set totals = ['exports_usd_millions', 'imports_usd_millions', 'balance_usd_millions'] %}

with

report as (
    select * from {{ ref('stg_nsf07329__report') }}
),

totals as (
    select
        source_id,
        vintage,
        data_year,
        metric,
        usd_millions
    from (
        select * from {{ ref('merchandise_trade') }}
        where product_type = 'advanced_technology_products'
    ) unpivot (usd_millions for metric in ({{ totals | join(', ') }}))
),

fallen as (
    select
        claims.metric,
        totals.data_year,
        count(*) as claims
    from report
    inner join totals on report.source_id = totals.source_id
    inner join {{ ref('claims') }} as claims
        on
            totals.metric = claims.metric
            and claims.product_type = 'advanced_technology_products'
            and claims.technologies = 'all'
            and claims.regions = 'all'
            and totals.source_id = claims.source_id
            and totals.data_year between claims.first_year and claims.last_year
    where claims.verdict = 'fails_on_later_data' and claims.stated_by = 'report'
    group by claims.metric, totals.data_year
),

side_by_side as (
    select
        printed.data_year,
        printed.metric,
        printed.source_id as report_source_id,
        printed.vintage as report_vintage,
        later.source_id as later_source_id,
        later.vintage as later_vintage,
        printed.usd_millions as report_usd_millions,
        later.usd_millions as later_usd_millions,
        cast(coalesce(fallen.claims, 0) as int) as claims_that_fall
    from report
    inner join totals as printed on report.source_id = printed.source_id
    inner join totals as later
        on
            report.later_source_id = later.source_id
            and printed.metric = later.metric
            and printed.data_year = later.data_year
    left join fallen on printed.metric = fallen.metric and printed.data_year = fallen.data_year
),

compared as (
    select
        *,
        cast(later_usd_millions - report_usd_millions as decimal(18, 1)) as difference_usd_millions,
        100 * {{ ratio('(later_usd_millions - report_usd_millions)', 'abs(report_usd_millions)') }} as difference_pct
    from side_by_side
)

select * from compared
