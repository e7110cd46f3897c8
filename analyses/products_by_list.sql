-- How many products count as advanced technology by each list, and how many did it add, drop or move?
with

sizes as (
    select
        flow,
        list_year,
        count(*) as products
    from {{ ref('product_lists') }}
    group by flow, list_year
),

changes as (
    select
        flow,
        list_year,
        min(previous_list_year) as previous_list_year,
        count(case when list_change = 'added' then 1 end) as added,
        count(case when list_change = 'dropped' then 1 end) as dropped,
        count(case when list_change = 'moved' then 1 end) as moved
    from {{ ref('product_list_changes') }}
    group by flow, list_year
)

select
    sizes.*,
    changes.previous_list_year,
    changes.added,
    changes.dropped,
    changes.moved
from sizes
left join changes on sizes.flow = changes.flow and sizes.list_year = changes.list_year
order by sizes.flow, sizes.list_year
