-- Which areas and partners account for most of the change of the balance since the first year, and since the second?
with

periods as (
    select
        *,
        dense_rank() over (order by first_year) as years_in_order,
        max(last_year) over () as latest_year
    from {{ ref('balance_changes') }}
    where breakdown in ('technology', 'partner')
)

select
    breakdown,
    first_year,
    last_year,
    member_name,
    balance_change_usd_millions,
    total_balance_change_usd_millions,
    round(share_of_gross_change_pct, 1) as share_of_gross_change_pct,
    round(balance_change_to_trade_pct, 1) as balance_change_to_trade_pct
from periods
where last_year = latest_year and years_in_order <= 2
qualify row_number() over (partition by breakdown, first_year order by abs(balance_change_usd_millions) desc) <= 5
order by breakdown, first_year, balance_change_usd_millions
