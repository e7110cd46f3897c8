-- Which technology areas and partners account for the change of the balance between the first and the last year?
with

ends as (
    select
        source_id,
        vintage,
        min(data_year) as first_year,
        max(data_year) as last_year
    from {{ ref('trade_totals') }}
    group by source_id, vintage
),

members as (
    select
        'technology' as breakdown,
        technology_name as member_name,
        false as is_residual,
        source_id,
        vintage,
        data_year,
        balance_usd_millions
    from {{ ref('trade_by_technology') }}
    union all
    select
        'partner' as breakdown,
        partner_name as member_name,
        partner_id = 'OTHER' as is_residual,
        source_id,
        vintage,
        data_year,
        balance_usd_millions
    from {{ ref('trade_by_partner') }}
),

changes as (
    select
        ends.source_id,
        last_year.breakdown,
        last_year.member_name,
        last_year.is_residual,
        ends.first_year,
        ends.last_year,
        first_year.balance_usd_millions as balance_first_year_usd_millions,
        last_year.balance_usd_millions as balance_last_year_usd_millions,
        last_year.balance_usd_millions - first_year.balance_usd_millions as balance_change_usd_millions
    from ends
    inner join members as last_year
        on
            ends.source_id = last_year.source_id
            and ends.vintage = last_year.vintage
            and ends.last_year = last_year.data_year
    inner join members as first_year
        on
            ends.source_id = first_year.source_id
            and ends.vintage = first_year.vintage
            and ends.first_year = first_year.data_year
            and last_year.breakdown = first_year.breakdown
            and last_year.member_name = first_year.member_name
)

-- Falls and rises added up without their signs are 100: shares of the net change would not be bounded.
select
    *,
    round(
        100 * balance_change_usd_millions
        / nullif(sum(abs(balance_change_usd_millions)) over (partition by source_id, breakdown), 0),
        1
    ) as share_of_all_changes_pct
from changes
order by source_id asc, breakdown desc, balance_change_usd_millions asc, member_name asc
