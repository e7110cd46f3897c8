-- What is the balance of each technology area, year by year?
pivot {{ ref('trade_by_technology') }}
on data_year
using max(balance_usd_millions)
group by technology_name
order by "2006" desc
