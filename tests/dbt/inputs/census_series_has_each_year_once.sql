-- The series behind Figure 1 runs from 1990 to 2006 without a gap or a double.
with

years as (
    select
        data_year,
        count(*) as rows_of_the_year
    from {{ ref('stg_census__merchandise_trade') }}
    group by data_year
),

summary as (
    select
        min(data_year) as first_year,
        max(data_year) as last_year,
        count(*) as years_found,
        max(rows_of_the_year) as most_rows_in_a_year
    from years
)

select
    concat(
        'seeds/census/census_merchandise_trade.csv: years ', coalesce(first_year, 0), ' to ', coalesce(last_year, 0),
        ', ', years_found, ' of them, where 1990 to 2006 are expected, each once'
    ) as problem
from summary
where
    years_found <> 17
    or first_year <> 1990
    or last_year <> 2006
    or most_rows_in_a_year <> 3
