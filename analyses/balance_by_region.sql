-- Where does the United States run a surplus in technology trade, and where a deficit?
select
    region_name,
    {{ pivot_years('balance_usd_millions') }}
from {{ ref('trade_by_region') }}
group by region_name
order by y2006
