-- How far are the Census Bureau's later numbers from the report's, year by year?
select
    data_year,
    report_usd_millions as report_balance_usd_millions,
    later_usd_millions as census_balance_usd_millions,
    report_vintage,
    later_vintage as census_vintage,
    difference_usd_millions
from {{ ref('differences') }}
where metric = 'balance_usd_millions'
order by data_year
