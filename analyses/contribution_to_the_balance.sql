-- Which areas contribute to the balance, and which take from it, compared with all technology trade (Lafay's index)?
with

areas as (
    select
        source_id,
        vintage,
        data_year,
        technology_name,
        balance_usd_millions as balance,
        exports_usd_millions + imports_usd_millions as trade,
        min(data_year) over (partition by source_id, vintage) as first_year,
        max(data_year) over (partition by source_id, vintage) as last_year,
        sum(balance_usd_millions) over (partition by source_id, vintage, data_year) as total_balance,
        sum(exports_usd_millions + imports_usd_millions)
            over (partition by source_id, vintage, data_year) as total_trade
    from {{ ref('trade_by_technology') }}
),

contributions as (
    select
        *,
        100 * (balance / nullif(trade, 0) - total_balance / nullif(total_trade, 0))
        * trade / nullif(total_trade, 0) as contribution_pp
    from areas
),

ends as (
    select
        source_id,
        technology_name,
        first_year,
        last_year,
        max(case when data_year = first_year then contribution_pp end) as contribution_first_year,
        max(case when data_year = last_year then contribution_pp end) as contribution_last_year
    from contributions
    group by source_id, technology_name, first_year, last_year
)

select
    technology_name,
    first_year,
    last_year,
    round(contribution_first_year, 1) as contribution_first_year_pp,
    round(contribution_last_year, 1) as contribution_last_year_pp,
    round(contribution_last_year - contribution_first_year, 1) as contribution_change_pp
from ends
order by source_id asc, contribution_last_year desc
