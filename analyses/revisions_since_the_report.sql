-- How far are the Census Bureau's later numbers from the report's, year by year?
select
    report.data_year,
    report.balance_usd_millions as report_balance_usd_millions,
    census.balance_usd_millions as census_balance_usd_millions,
    report.vintage as report_vintage,
    census.vintage as census_vintage,
    census.balance_usd_millions - report.balance_usd_millions as revision_usd_millions
from {{ ref('merchandise_trade_balance') }} as report
inner join {{ ref('merchandise_trade_balance') }} as census
    on
        report.data_year = census.data_year
        and report.product_type = census.product_type
        and census.source_id = 'census_country'
where report.source_id = 'nsf07329'
order by report.data_year
