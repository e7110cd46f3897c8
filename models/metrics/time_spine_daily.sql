-- MetricFlow finds the year before by counting days: it does not accept a spine of years.
with

years as (
    select distinct data_year from {{ ref('trade_members') }}
),

days_of_a_leap_year as (
    select numbers.day_number
    from (
        values
        {% for number in range(366) %}
            ({{ number }}){{ ',' if not loop.last }}
        {% endfor %}
    ) as numbers (day_number)
),

days as (
    select
        years.data_year,
        make_date(years.data_year, 1, 1) + days_of_a_leap_year.day_number as date_day
    from years
    cross join days_of_a_leap_year
)

select date_day
from days
where year(date_day) = data_year
