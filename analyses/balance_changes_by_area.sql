-- How much of the change of each area's balance is exports, and how much imports?
with

periods as (
    select
        *,
        min(first_year) over (partition by source_id, vintage) as earliest_year,
        max(last_year) over (partition by source_id, vintage) as latest_year
    from {{ ref('balance_changes') }}
    where breakdown = 'technology'
)

select
    source_id,
    member_name as technology_name,
    first_year,
    last_year,
    exports_change_usd_millions,
    imports_change_usd_millions,
    balance_change_usd_millions
from periods
where first_year = earliest_year and last_year = latest_year
order by source_id, balance_change_usd_millions
