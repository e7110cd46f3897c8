with

lists as (
    select * from {{ ref('stg_census__product_lists') }}
),

years as (
    select distinct
        flow,
        list_year
    from lists
),

-- The lists that are here, not every year: the one before can be several years older.
pairs as (
    select
        later.flow,
        later.list_year,
        max(earlier.list_year) as previous_list_year
    from years as later
    inner join years as earlier on later.flow = earlier.flow and later.list_year > earlier.list_year
    group by later.flow, later.list_year
),

sides as (
    select
        pairs.*,
        lists.product_code,
        lists.census_area_code,
        lists.list_year = pairs.list_year as is_new_list
    from pairs
    inner join lists
        on pairs.flow = lists.flow and lists.list_year in (pairs.list_year, pairs.previous_list_year)
),

compared as (
    select
        flow,
        list_year,
        previous_list_year,
        product_code,
        max(case when not is_new_list then census_area_code end) as previous_census_area_code,
        max(case when is_new_list then census_area_code end) as census_area_code
    from sides
    group by flow, list_year, previous_list_year, product_code
)

select
    *,
    case
        when previous_census_area_code is null then 'added'
        when census_area_code is null then 'dropped'
        when previous_census_area_code <> census_area_code then 'moved'
        else 'kept'
    end as list_change
from compared
