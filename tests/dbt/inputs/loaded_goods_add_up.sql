-- In each month and flow of a loaded copy, the countries add up to the world (code 0015), to half of its last digit,
-- which is a million from 2004 to 2007. In years that no annual revision covers yet the two differ, by 0.41 percent at
-- most in two real copies. Before 1992 the file has the larger countries alone, and in 1987 they exceed the world.
{% set first_year_of_all_countries = 1992 %}

with

flows as (
    {% for flow in ['exports', 'imports'] %}
        select
            vintage,
            data_year,
            data_month,
            country_kind,
            '{{ flow }}' as flow,
            {{ flow }}_usd_millions as usd_millions,
            -- The statistics of April, which come in June, revise the years before.
            cast(substring(vintage, 1, 4) as int) - case when substring(vintage, 6, 2) < '04' then 1 else 0 end
                as first_year_without_revision
        from {{ ref('stg_census__goods_loaded') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

sums as (
    select
        vintage,
        data_year,
        data_month,
        flow,
        first_year_without_revision,
        coalesce(sum(case when country_kind = 'country' then usd_millions end), 0) as countries_usd_millions,
        max(case when country_kind = 'world' then usd_millions end) as world_usd_millions
    from flows
    group by vintage, data_year, data_month, flow, first_year_without_revision
),

bounded as (
    select
        *,
        case
            when data_year >= first_year_without_revision then 0.01 * world_usd_millions
            when world_usd_millions = round(world_usd_millions) then 0.5
            else 0.001
        end as tolerance_usd_millions
    from sums
    where data_year >= {{ first_year_of_all_countries }}
)

select
    concat(
        flow, ' of ', {{ year_and_month() }}, ' in the copy of ', vintage,
        ': the countries add up to ', countries_usd_millions, ' million dollars, and the world (code 0015) has ',
        coalesce(cast(world_usd_millions as string), 'nothing'),
        ': get the spreadsheet again, load it with atp load goods, and see docs/load.md'
    ) as problem
from bounded
where world_usd_millions is null or abs(countries_usd_millions - world_usd_millions) > tolerance_usd_millions
