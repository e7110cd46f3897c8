-- Which areas and partners account for the change of the balance since the first year, and since the second?
with

periods as (
    select
        *,
        dense_rank() over (partition by source_id, vintage order by first_year) as start_in_order,
        max(last_year) over (partition by source_id, vintage) as latest_year
    from {{ ref('balance_changes') }}
    where breakdown in ('technology', 'partner')
),

members as (
    select
        source_id,
        breakdown,
        member_name,
        is_residual,
        latest_year as last_year,
        max(case when start_in_order = 1 then first_year end) as first_year,
        max(case when start_in_order = 1 then balance_change_usd_millions end) as balance_change_usd_millions,
        max(case when start_in_order = 1 then share_of_gross_change_pct end) as share_of_gross_change_pct,
        max(case when start_in_order = 1 then balance_change_to_trade_pct end) as balance_change_to_trade_pct,
        max(case when start_in_order = 2 then first_year end) as second_year,
        max(case when start_in_order = 2 then balance_change_usd_millions end) as change_since_second_year_usd_millions
    from periods
    where last_year = latest_year
    group by source_id, vintage, breakdown, member_id, member_name, is_residual, latest_year
)

-- Falls and rises added up without their signs are 100 in share_of_gross_change_pct: shares of the net change would not
-- be bounded.
select
    breakdown,
    member_name,
    is_residual,
    first_year,
    last_year,
    balance_change_usd_millions,
    second_year,
    change_since_second_year_usd_millions,
    round(share_of_gross_change_pct, 1) as share_of_gross_change_pct,
    round(balance_change_to_trade_pct, 1) as balance_change_to_trade_pct
from members
order by source_id asc, breakdown desc, balance_change_usd_millions asc, member_name asc
