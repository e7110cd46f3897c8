-- How concentrated is trade on few partners, at least and at most, and how many equal partners would that be?
select
    flow,
    data_year,
    round(lowest_hhi, 1) as lowest_hhi,
    round(highest_hhi, 1) as highest_hhi,
    round(fewest_equal_members, 1) as fewest_equal_partners,
    round(most_equal_members, 1) as most_equal_partners,
    round(cr3_pct, 1) as three_largest_pct,
    round(residual_share_pct, 1) as all_other_countries_pct
from {{ ref('trade_concentration') }}
where breakdown = 'partner'
order by flow, data_year
