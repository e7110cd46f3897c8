with

lists as (
    select distinct
        flow,
        list_year
    from {{ ref('stg_census__product_lists') }}
)

select
    months.source_id,
    months.vintage,
    months.flow,
    months.data_year,
    cast(count(*) as int) as months_loaded,
    max(lists.list_year) is not null as has_list,
    -- As everywhere, a year that lacks a month is no year. Without its list, its products cannot be told apart.
    count(*) = 12 and max(lists.list_year) is not null as is_shown
from {{ ref('stg_census__product_months') }} as months
left join lists on months.flow = lists.flow and months.data_year = lists.list_year
group by months.source_id, months.vintage, months.flow, months.data_year
