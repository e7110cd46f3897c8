-- What is the balance excluding trade with China, or with Asia? (It is not what it would have been without.)
with

parts as (
    select
        totals.source_id,
        totals.data_year,
        totals.balance_usd_millions,
        china.balance_usd_millions as china_usd_millions,
        asia.balance_usd_millions as asia_usd_millions
    from {{ ref('trade_totals') }} as totals
    inner join {{ ref('trade_by_partner') }} as china
        on
            totals.source_id = china.source_id
            and totals.vintage = china.vintage
            and totals.data_year = china.data_year
            and china.partner_id = 'CHN'
    inner join {{ ref('trade_by_region') }} as asia
        on
            totals.source_id = asia.source_id
            and totals.vintage = asia.vintage
            and totals.data_year = asia.data_year
            and asia.region_id = 'asia'
)

select
    data_year,
    balance_usd_millions,
    balance_usd_millions - china_usd_millions as balance_excluding_china_usd_millions,
    balance_usd_millions - asia_usd_millions as balance_excluding_asia_usd_millions
from parts
order by data_year
