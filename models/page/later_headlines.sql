with

windows as (
    select
        *,
        cast(exports_usd_millions / 1000 as decimal(18, 1)) as exports_usd_billions,
        cast(imports_usd_millions / 1000 as decimal(18, 1)) as imports_usd_billions,
        cast(balance_usd_millions / 1000 as decimal(18, 1)) as balance_usd_billions
    from {{ ref('trade_windows') }}
    where
        is_complete and product_type = 'advanced_technology_products'
        and technology_id = 'all' and partner_id = 'all'
),

period as (
    {{ report_period() }}
),

-- Of the source that continues the report. A surplus has no rank, and max_by would take that of an earlier deficit.
later as (
    select
        windows.*,
        windows.window_end = max(windows.window_end) over (partition by windows.source_id, windows.window_type)
            as is_latest_window,
        windows.data_year = period.first_data_year as is_report_start,
        windows.data_year = period.last_data_year as is_report_end
    from windows
    inner join {{ ref('stg_nsf07329__report') }} as report on windows.source_id = report.later_source_id
    cross join period
),

years as (
    select
        min(data_year) as later_first_year,
        max(data_year) as later_last_year,
        max_by(exports_usd_billions, data_year) as later_last_year_exports_usd_billions,
        max_by(imports_usd_billions, data_year) as later_last_year_imports_usd_billions,
        max_by(balance_usd_billions, data_year) as later_last_year_balance_usd_billions,
        max(case when is_latest_window then deficit_rank end) as later_last_year_deficit_rank,
        max(case when is_report_end then exports_usd_billions end) as later_report_end_exports_usd_billions,
        max(case when is_report_end then imports_usd_billions end) as later_report_end_imports_usd_billions,
        max(case when is_report_end then balance_usd_billions end) as later_report_end_balance_usd_billions,
        max(case when is_report_start then balance_usd_billions end) as later_report_start_balance_usd_billions
    from later
    where window_type = 'year'
),

goods as (
    select max(goods.data_year) as later_last_goods_year
    from {{ ref('merchandise_trade') }} as goods
    inner join {{ ref('stg_nsf07329__report') }} as report on goods.source_id = report.later_source_id
    where goods.product_type = 'total_merchandise'
),

months as (
    select
        max(window_end) as latest_month_end,
        max_by(balance_usd_billions, window_end) as latest_month_balance_usd_billions,
        max(case when deficit_rank = 1 then window_end end) as record_month_end,
        max(case when deficit_rank = 1 then balance_usd_billions end) as record_month_balance_usd_billions
    from later
    where window_type = 'month'
),

twelve_months as (
    select
        max_by(balance_usd_billions, window_end) as twelve_months_balance_usd_billions,
        max(case when is_latest_window then deficit_rank end) as twelve_months_deficit_rank,
        max(case when is_turning_point then window_end end) as twelve_months_turned_end,
        max_by(balance_sign, window_end) as twelve_months_balance_sign
    from later
    where window_type = 'twelve_months'
),

last_revisions as (
    select
        revisions.*,
        make_date(revisions.data_year, revisions.data_month, 1) as month_start
    from {{ ref('trade_revisions') }} as revisions
    inner join {{ ref('stg_nsf07329__report') }} as report on revisions.source_id = report.later_source_id
    where revisions.product_type = 'advanced_technology_products'
    qualify revisions.vintage = max(case when revisions.is_revised then revisions.vintage end) over ()
),

revisions as (
    select
        cast(count(*) as int) as compared_months,
        cast(max(abs(balance_revision_usd_millions)) as decimal(18, 1)) as most_revised_by_usd_millions,
        cast(sum(cast(is_revised as int)) as int) as revised_months,
        max(previous_vintage) as revised_vintage,
        max(vintage) as revising_vintage,
        min(case when is_revised then month_start end) as first_revised_month,
        max_by(month_start, abs(balance_revision_usd_millions)) as most_revised_month
    from last_revisions
),

last_list as (
    select * from {{ ref('product_list_changes') }}
    where flow = 'imports'
    qualify list_year = max(list_year) over ()
),

lists as (
    select
        cast(sum(cast(list_change <> 'dropped' as int)) as int) as listed_products,
        cast(sum(cast(list_change = 'added' as int)) as int) as products_added,
        cast(sum(cast(list_change = 'dropped' as int)) as int) as products_dropped,
        max(list_year) as list_year,
        max(previous_list_year) as previous_list_year
    from last_list
)

select
    years.*,
    goods.*,
    months.*,
    twelve_months.*,
    revisions.*,
    lists.*
from years
cross join goods
cross join months
cross join twelve_months
cross join revisions
cross join lists
