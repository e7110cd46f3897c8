-- The series behind Figure 1 runs from 1990 to 2006 without a gap or a duplicate, in each vintage that `sources` names.
with

vintages as (
    select vintage from {{ ref('stg_reference__sources') }}
    where source_id = 'census_country'
),

years as (
    select
        vintage,
        data_year,
        count(*) as rows_of_the_year
    from {{ ref('stg_census__trade') }}
    group by vintage, data_year
),

summary as (
    select
        vintages.vintage as named_vintage,
        coalesce(vintages.vintage, years.vintage) as vintage,
        min(years.data_year) as first_year,
        max(years.data_year) as last_year,
        count(years.data_year) as years_found,
        max(years.rows_of_the_year) as most_rows_in_a_year
    from vintages
    full outer join years on vintages.vintage = years.vintage
    group by vintages.vintage, coalesce(vintages.vintage, years.vintage)
)

select
    concat(
        'seeds/census/census_merchandise_trade.csv, vintage ', coalesce(vintage, '(none)'),
        case when named_vintage is null then ', which is not in seeds/reference/sources.csv' else '' end,
        ': years ', coalesce(first_year, 0), ' to ', coalesce(last_year, 0),
        ', ', years_found, ' of them, where 1990 to 2006 are expected, each once'
    ) as problem
from summary
where
    named_vintage is null
    or years_found <> 17
    or first_year <> 1990
    or last_year <> 2006
    or most_rows_in_a_year <> 3
