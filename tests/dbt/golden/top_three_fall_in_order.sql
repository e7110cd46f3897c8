-- In every row of Figures 3 and 4 shares fall from place to place, ties share a place, and the sum is under 100.
with

places as (
    select
        flow,
        technology_id,
        printed_place,
        min(share_pct) as lowest_share_pct,
        max(share_pct) as highest_share_pct,
        sum(share_pct) as place_share_pct
    from {{ ref('stg_nsf07329__top_three') }}
    group by flow, technology_id, printed_place
),

with_neighbours as (
    select
        *,
        lag(lowest_share_pct) over (partition by flow, technology_id order by printed_place) as share_above_pct,
        sum(place_share_pct) over (partition by flow, technology_id) as row_share_pct,
        count(*) over (partition by flow, technology_id) as places
    from places
)

select *
from with_neighbours
where
    lowest_share_pct <> highest_share_pct
    or lowest_share_pct <= 0
    or highest_share_pct >= share_above_pct
    or row_share_pct >= 100
    or places <> 3
