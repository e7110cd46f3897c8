-- In each loaded month and flow, the countries add up to the API's own total of each area and of all products, and the
-- areas with all other products to each country's total. So what staging tells apart as groups are groups, and nothing
-- is missing. A total that is not there is a problem too.
with

loaded as (
    select * from {{ ref('stg_census_api__hitech') }}
),

by_technology as (
    select
        flow,
        data_year,
        data_month,
        'technology ' || hitech_code as what,
        sum(case when country_kind = 'country' then value_usd else 0 end) as sum_usd,
        max(case when country_kind = 'total' then value_usd end) as total_usd
    from loaded
    group by flow, data_year, data_month, hitech_code
),

by_country as (
    select
        flow,
        data_year,
        data_month,
        'country ' || country_code as what,
        sum(case when technology_kind <> 'total' then value_usd else 0 end) as sum_usd,
        max(case when technology_kind = 'total' then value_usd end) as total_usd
    from loaded
    group by flow, data_year, data_month, country_code
),

compared as (
    select * from by_technology
    union all
    select * from by_country
)

select
    flow,
    data_year,
    data_month,
    what,
    sum_usd,
    total_usd,
    flow || ' of ' || {{ year_and_month() }} || ', ' || what
    || ': the parts add up to ' || sum_usd || ' dollars, and the API says '
    || coalesce(cast(total_usd as string), 'nothing')
    || ': load the month again with atp load atp --again, and see docs/load.md' as problem
from compared
where total_usd is null or sum_usd <> total_usd
