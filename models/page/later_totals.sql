-- The years of the source that continues the report. The report's own balance is beside them, never in them.
with

printed as (
    {{ of_report('trade_totals') }}
)

select
    years.data_year,
    cast(years.exports_usd_millions as decimal(18, 1)) as exports_usd_millions,
    cast(years.imports_usd_millions as decimal(18, 1)) as imports_usd_millions,
    cast(years.balance_usd_millions as decimal(18, 1)) as balance_usd_millions,
    printed.balance_usd_millions as report_balance_usd_millions,
    years.source_id,
    years.vintage
from {{ ref('trade_windows') }} as years
inner join {{ ref('stg_nsf07329__report') }} as report on years.source_id = report.later_source_id
left join printed on years.data_year = printed.data_year
where
    years.window_type = 'year' and years.is_complete
    and years.product_type = 'advanced_technology_products'
    and years.technology_id = 'all' and years.partner_id = 'all'
