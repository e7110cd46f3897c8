-- What a change of list did to a total, apart from what trade did: the year before by its own list, the year before by
-- the next list, and the year by that one.
with

-- A product that moved leaves one area and enters another.
listed as (
    select
        flow,
        list_year,
        previous_list_year,
        product_code,
        case list_change when 'moved' then 'moved_in' else list_change end as list_change,
        coalesce(census_area_code, previous_census_area_code) as census_area_code
    from {{ ref('product_list_changes') }}
    union all
    select
        flow,
        list_year,
        previous_list_year,
        product_code,
        'moved_out' as list_change,
        previous_census_area_code as census_area_code
    from {{ ref('product_list_changes') }}
    where list_change = 'moved'
),

years as (
    select distinct
        {{ columns(state()) }},
        flow,
        data_year
    from {{ ref('product_changes') }}
),

traded as (
    select
        listed.*,
        years.source_id,
        years.vintage,
        case when listed.list_change in ('added', 'moved_in') then 0 else coalesce(changes.previous_value_usd, 0) end
            as first_usd,
        case when listed.list_change in ('dropped', 'moved_out') then 0 else coalesce(changes.previous_value_usd, 0) end
            as relisted_usd,
        case when listed.list_change in ('dropped', 'moved_out') then 0 else coalesce(changes.value_usd, 0) end
            as last_usd,
        -- Renumbered, or new, or gone: its trade under this code is in one of the years alone.
        listed.list_change <> 'kept' and (changes.previous_value_usd is null or changes.value_usd is null)
            as is_in_one_year
    from listed
    left join years
        on
            listed.flow = years.flow
            and listed.list_year = years.data_year
            and listed.previous_list_year = years.data_year - 1
    left join {{ ref('product_changes') }} as changes
        on
            {{ same(state() + ['flow', 'data_year'], 'years', 'changes') }}
            and listed.product_code = changes.product_code
)

select
    flow,
    list_year,
    previous_list_year,
    census_area_code,
    list_change,
    cast(count(*) as int) as products,
    {% for name, usd in {
        'previous_value': 'first_usd',
        'value': 'last_usd',
        'list_change': 'case when is_in_one_year then 0 else relisted_usd - first_usd end',
        'code_change': 'case when is_in_one_year then last_usd - first_usd else 0 end',
        'trade_change': 'case when is_in_one_year then 0 else last_usd - relisted_usd end',
    }.items() %}
        cast(case when source_id is not null then sum({{ usd }}) end / 1000000 as decimal(18, 6))
            as {{ name }}_usd_millions,
    {% endfor %}
    source_id,
    vintage
from traded
group by flow, list_year, previous_list_year, census_area_code, list_change, source_id, vintage
