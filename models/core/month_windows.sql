-- The month itself, the months of its year up to it, the twelve months up to it; and each year once, at its last month.
{% set kinds = {
    'month': ('1', none, 'true'),
    'year_to_date': ('data_month', 'year_to_date', 'true'),
    'twelve_months': ('12', 'twelve_months', 'true'),
    'year': ('12', 'year_to_date', 'data_month = last_month_of_year'),
} %}

with

latest as (
    {{ latest_states('trade_months') }}
    where trade_months.breakdown in ('total', 'product_type', 'technology_partner')
),

with_totals as (
    {{ with_sums('latest', month() + ['value_vintage']) }}
),

found as (
    select * from with_totals as summed
    where {{ breakdown('summed') }} in ('total', 'product_type', 'technology', 'partner')
),

source_months as (
    select
        {{ columns(state() + month()) }},
        product_type,
        max(value_vintage) as value_vintage
    from found
    group by {{ columns(state() + month()) }}, product_type
),

source_members as (
    select distinct {{ columns(state() + members()) }}
    from found
),

-- A member without a row in a month that the source has had no trade in it.
months as (
    select
        {{ columns(state() + month(), 'source_months') }},
        {{ columns(members(), 'source_members') }},
        source_months.value_vintage,
        12 * source_months.data_year + source_months.data_month as month_number,
        coalesce(found.exports_usd_millions, 0) as exports_usd_millions,
        coalesce(found.imports_usd_millions, 0) as imports_usd_millions
    from source_months
    inner join source_members on {{ same(state() + ['product_type'], 'source_months', 'source_members') }}
    left join found
        on
            {{ same(state() + month(), 'source_months', 'found') }}
            and {{ same(members(), 'source_members', 'found') }}
),

-- A break of a year begins with its January.
breaks as (
    select
        {{ columns(state() + members(), 'months') }},
        months.data_year,
        max(notes.valid_from) as last_break_year
    from months
    inner join {{ ref('notes') }} as notes
        on notes.is_break and months.data_year >= notes.valid_from and {{ note_is_on('notes', 'months') }}
    group by {{ columns(state() + members(), 'months') }}, months.data_year
),

windowed as (
    select
        *,
        {% for over in ['year_to_date', 'twelve_months'] %}
            count(*) over {{ over }} as months_in_{{ over }},
            sum(exports_usd_millions) over {{ over }} as exports_in_{{ over }},
            sum(imports_usd_millions) over {{ over }} as imports_in_{{ over }},
            min(value_vintage) over {{ over }} as oldest_in_{{ over }},
            max(value_vintage) over {{ over }} as newest_in_{{ over }},
        {% endfor %}
        max(data_month) over whole_year as last_month_of_year
    from months
    {{ month_windows() }}
),

summed as (
    {% for window_type, (wanted, sums, condition) in kinds.items() %}
        select
            {{ columns(monthly_key()) }},
            '{{ window_type }}' as window_type,
            month_number,
            {{ wanted }} as months_wanted,
            {{ 'months_in_' ~ sums if sums else '1' }} as months_in_window,
            {{ 'exports_in_' ~ sums if sums else 'exports_usd_millions' }} as exports_usd_millions,
            {{ 'imports_in_' ~ sums if sums else 'imports_usd_millions' }} as imports_usd_millions,
            {{ 'oldest_in_' ~ sums if sums else 'value_vintage' }} as oldest_value_vintage,
            {{ 'newest_in_' ~ sums if sums else 'value_vintage' }} as newest_value_vintage
        from windowed
        where {{ condition }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    {{ columns(monthly_key(), 'summed') }},
    summed.window_type,
    cast(summed.month_number as int) as month_number,
    cast(summed.months_wanted as int) as months_wanted,
    cast(summed.months_in_window as int) as months_in_window,
    summed.months_in_window = summed.months_wanted as is_complete,
    {% for flow in ['exports', 'imports'] %}
        case
            when summed.months_in_window = summed.months_wanted
                then cast(summed.{{ flow }}_usd_millions as decimal(18, 6))
        end as {{ flow }}_usd_millions,
    {% endfor %}
    summed.oldest_value_vintage,
    summed.newest_value_vintage,
    breaks.last_break_year
from summed
left join breaks on {{ same(state() + members() + period(), 'summed', 'breaks') }}
