-- What would the balance be without trade with China, and without any of the selected Asian economies?
with

parts as (
    select
        totals.data_year,
        totals.balance_usd_millions,
        china.balance_usd_millions as china_usd_millions,
        asia.balance_usd_millions as asia_usd_millions
    from {{ ref('trade_totals') }} as totals
    inner join {{ ref('trade_by_partner') }} as china
        on totals.data_year = china.data_year and china.partner_id = 'CHN'
    inner join {{ ref('trade_by_region') }} as asia
        on totals.data_year = asia.data_year and asia.region_id = 'asia'
)

select
    data_year,
    balance_usd_millions,
    balance_usd_millions - china_usd_millions as balance_without_china_usd_millions,
    balance_usd_millions - asia_usd_millions as balance_without_asia_usd_millions
from parts
order by data_year
