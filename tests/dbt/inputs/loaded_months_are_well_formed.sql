-- Each loaded row is of a month that the API has, and its value is a whole number of dollars, not negative.
{% set first_month_of_the_api = '2010-01' %}

with

loaded as (
    select
        *,
        concat(
            coalesce(cast(data_year as string), 'no year'), '-',
            coalesce(lpad(cast(data_month as string), 2, '0'), 'no month')
        ) as year_and_month
    from {{ ref('stg_census_api__hitech') }}
),

problems as (
    select
        *,
        case
            when data_year is null or data_month is null or data_month not between 1 and 12 then 'that is no month'
            when year_and_month < '{{ first_month_of_the_api }}'
                then 'the API has no month before {{ first_month_of_the_api }}'
            when value_usd is null
                then concat('country ', country_code, ', technology ', hitech_code, ': no whole number of dollars')
            when value_usd < 0
                then concat('country ', country_code, ', technology ', hitech_code, ': ', value_usd, ' is negative')
        end as what_is_wrong
    from loaded
)

select distinct
    concat(
        flow, ' of ', year_and_month, ' in data/census_hitech: ', what_is_wrong,
        ': remove the file of that month, and load it again'
    ) as problem
from problems
where what_is_wrong is not null
