-- Which areas contribute to the balance, and which take from it, compared with all technology trade (Lafay's index)?
with

areas as (
    select
        *,
        min(data_year) over (partition by source_id, vintage) as first_year,
        max(data_year) over (partition by source_id, vintage) as last_year
    from {{ ref('trade_by_technology') }}
),

ends as (
    select
        source_id,
        technology_name,
        first_year,
        last_year,
        max(case when data_year = first_year then balance_contribution_pp end) as contribution_first_year,
        max(case when data_year = last_year then balance_contribution_pp end) as contribution_last_year
    from areas
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
