-- Each month of each vintage that was read a second time is as it was read then, to the dollar. D64 in DECISIONS.md.
{% set months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] %}

with

months_read as (
    {% for month in months %}
        select
            vintage,
            data_year,
            {{ loop.index }} as data_month,
            flow,
            {{ month }}_usd_millions as amount
        from {{ ref('second_reading_census') }}
        where country_code = '0007' and {{ month }}_usd_millions is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

months_found as (
    {% for flow in ['exports', 'imports'] %}
        select
            vintage,
            data_year,
            data_month,
            '{{ flow }}' as flow,
            {{ flow }}_usd_millions as amount
        from {{ ref('census_atp_by_month') }}
        where vintage in (select months_read.vintage from months_read)
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        cast(months_found.amount as string) as found,
        cast(months_read.amount as string) as reread,
        coalesce(months_found.vintage, months_read.vintage) as vintage,
        coalesce(months_found.data_year, months_read.data_year) as data_year,
        coalesce(months_found.data_month, months_read.data_month) as data_month,
        coalesce(months_found.flow, months_read.flow) as flow
    from months_found
    full outer join months_read
        on
            months_found.vintage = months_read.vintage
            and months_found.data_year = months_read.data_year
            and months_found.data_month = months_read.data_month
            and months_found.flow = months_read.flow
)

select
    concat(
        'seeds/census/census_atp_by_month.csv, vintage ', vintage, ', month ', data_month, ' of ', data_year,
        ', ', flow,
        {{ both_readings('found', 'reread', 'second_reading_census', 'the months of country.xlsx') }}
    ) as problem
from compared
where {{ differs('found', 'reread') }}
