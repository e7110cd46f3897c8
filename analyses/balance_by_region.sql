-- Where does the United States run a surplus in technology trade, and where a deficit?
pivot {{ ref('trade_by_region') }}
on data_year
using max(balance_usd_millions)
group by region_name
order by "2006"
