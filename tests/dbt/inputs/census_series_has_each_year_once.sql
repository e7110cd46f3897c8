-- The annual series runs from 1989 to 2023 without a gap or a duplicate, in each vintage that it has, and `sources`
-- names those.
with

vintages as (
    select vintage from {{ ref('stg_reference__sources') }}
    where source_id = 'census_country'
),

summary as (
    select
        series.vintage,
        vintages.vintage as named_vintage,
        min(series.data_year) as first_year,
        max(series.data_year) as last_year,
        count(distinct series.data_year) as years_found,
        count(*) as rows_found
    from {{ ref('census_merchandise_trade') }} as series
    left join vintages on series.vintage = vintages.vintage
    group by series.vintage, vintages.vintage
)

select
    concat(
        'seeds/census/census_merchandise_trade.csv, vintage ', vintage,
        case when named_vintage is null then ', which is not in seeds/reference/sources.csv' else '' end,
        ': years ', first_year, ' to ', last_year, ', ', years_found, ' of them in ', rows_found,
        ' rows, where 1989 to 2023 are expected, each once'
    ) as problem
from summary
where
    named_vintage is null
    or first_year <> 1989
    or last_year <> 2023
    or years_found <> 35
    or rows_found <> 35
