-- What would the balance be without trade with China, and without all of Asia's selected economies?
with

parts as (
    select
        data_year,
        max(case when member_id = 'world' then balance_usd_millions end) as balance_usd_millions,
        max(case when member_id = 'CHN' then balance_usd_millions end) as china_usd_millions,
        max(case when member_id = 'asia' then balance_usd_millions end) as asia_usd_millions
    from {{ ref('trade_measures') }}
    group by data_year
)

select
    data_year,
    balance_usd_millions,
    balance_usd_millions - china_usd_millions as balance_without_china_usd_millions,
    balance_usd_millions - asia_usd_millions as balance_without_asia_usd_millions
from parts
order by data_year
