-- Each year of the annual series is the sum of its twelve months, which were read apart from it. D64 in DECISIONS.md.
{% set months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] %}
{% set codes = {'atp': '0007', 'goods': '0015'} %}

with

months_read as (
    {% for month in months %}
        select
            vintage,
            data_year,
            country_code,
            flow,
            {{ month }}_usd_millions as month_usd_millions
        from {{ ref('second_reading_census') }}
        where vintage in (select series.vintage from {{ ref('census_merchandise_trade') }} as series)
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

years_read as (
    select
        vintage,
        data_year,
        country_code,
        flow,
        cast(sum(month_usd_millions) as decimal(18, 1)) as year_usd_millions
    from months_read
    group by vintage, data_year, country_code, flow
    having count(month_usd_millions) = 12
),

years_found as (
    {% for product, country_code in codes.items() %}
        {% for flow in ['exports', 'imports'] %}
            select
                vintage,
                data_year,
                '{{ country_code }}' as country_code,
                '{{ flow }}' as flow,
                '{{ product }}_{{ flow }}_usd_millions' as column_name,
                {{ product }}_{{ flow }}_usd_millions as year_usd_millions
            from {{ ref('census_merchandise_trade') }}
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        cast(years_found.year_usd_millions as string) as found,
        cast(years_read.year_usd_millions as string) as reread,
        coalesce(years_found.vintage, years_read.vintage, '(no vintage)') as vintage,
        coalesce(years_found.data_year, years_read.data_year) as data_year,
        coalesce(years_found.column_name, concat(years_read.flow, ' of code ', years_read.country_code)) as column_name
    from years_found
    full outer join years_read
        on
            years_found.vintage = years_read.vintage
            and years_found.data_year = years_read.data_year
            and years_found.country_code = years_read.country_code
            and years_found.flow = years_read.flow
)

select
    concat(
        'seeds/census/census_merchandise_trade.csv, vintage ', vintage, ', year ', data_year, ', ', column_name,
        {{ both_readings('found', 'reread', 'second_reading_census', 'the months of country.xlsx') }}
    ) as problem
from compared
where {{ differs('found', 'reread') }}
