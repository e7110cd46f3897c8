-- Which technology areas and partners drove the fall of the balance from 2000 to 2006?
with

members as (
    select
        'technology' as breakdown,
        technology_id as member_id,
        data_year,
        balance_usd_millions
    from {{ ref('trade_by_technology') }}
    union all
    select
        'partner' as breakdown,
        partner_id as member_id,
        data_year,
        balance_usd_millions
    from {{ ref('trade_by_partner') }}
),

ends as (
    select
        breakdown,
        member_id,
        max(case when data_year = 2000 then balance_usd_millions end) as balance_2000_usd_millions,
        max(case when data_year = 2006 then balance_usd_millions end) as balance_2006_usd_millions
    from members
    group by breakdown, member_id
),

changes as (
    select
        *,
        balance_2006_usd_millions - balance_2000_usd_millions as change_usd_millions
    from ends
)

select
    *,
    row_number() over (partition by breakdown order by change_usd_millions) as place
from changes
qualify place <= 5
order by breakdown, place
