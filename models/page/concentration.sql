with

concentration as (
    {{ of_report('trade_concentration') }}
),

with_first_year as (
    select
        *,
        first_value(data_year) over since_the_first as first_year,
        first_value(lowest_hhi) over since_the_first as first_lowest_hhi,
        first_value(highest_hhi) over since_the_first as first_highest_hhi
    from concentration
    where breakdown in ('partner', 'technology')
    window since_the_first as ({{ among(['breakdown', 'flow']) }} order by data_year)
)

-- A rise or fall is shown only where the intervals of the two years do not overlap: D69 in DECISIONS.md.
select
    breakdown,
    flow,
    data_year,
    lowest_hhi,
    highest_hhi,
    source_id,
    vintage,
    case
        when data_year = first_year then null
        when lowest_hhi > first_highest_hhi then 'rose'
        when highest_hhi < first_lowest_hhi then 'fell'
        else 'may have risen or fallen'
    end as since_first_year
from with_first_year
