with

concentration as (
    {{ of_report('trade_concentration') }}
)

select
    breakdown,
    flow,
    data_year,
    lowest_hhi,
    highest_hhi,
    fewest_equal_members,
    most_equal_members,
    hhi_direction,
    source_id,
    vintage
from concentration
where breakdown in ('partner', 'technology')
