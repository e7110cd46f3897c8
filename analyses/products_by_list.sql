-- How many products count by each list, how many did it add, drop or move, and what did that do to the total (loaded)?
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
        sum(case when list_change = 'added' then products else 0 end) as added,
        sum(case when list_change = 'dropped' then products else 0 end) as dropped,
        sum(case when list_change = 'moved_in' then products else 0 end) as moved,
        sum(value_usd_millions - previous_value_usd_millions) as change_usd_millions,
        sum(list_change_usd_millions) as list_change_usd_millions,
        sum(code_change_usd_millions) as code_change_usd_millions,
        sum(trade_change_usd_millions) as trade_change_usd_millions
    from {{ ref('classification_changes') }}
    group by flow, list_year
)

select
    sizes.*,
    changes.previous_list_year,
    changes.added,
    changes.dropped,
    changes.moved,
    changes.change_usd_millions,
    changes.list_change_usd_millions,
    changes.code_change_usd_millions,
    changes.trade_change_usd_millions
from sizes
left join changes on sizes.flow = changes.flow and sizes.list_year = changes.list_year
order by sizes.flow, sizes.list_year
