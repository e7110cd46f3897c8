-- Which technology areas turned from surplus to deficit or back, and when?
with

trade as (
    select
        technology_name,
        balance_usd_millions,
        is_surplus,
        is_comparable_with_previous,
        data_year,
        balance_usd_millions - balance_change_usd_millions as balance_before_usd_millions
    from {{ ref('trade_by_technology') }}
)

select
    data_year,
    technology_name,
    balance_before_usd_millions,
    balance_usd_millions,
    is_comparable_with_previous,
    case when is_surplus then 'deficit to surplus' else 'surplus to deficit' end as change_of_sign
from trade
where is_surplus <> (balance_before_usd_millions > 0)
order by data_year, technology_name
