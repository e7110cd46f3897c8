-- Each loaded copy of the spreadsheet is the whole of it: every month of the world and of advanced technology products,
-- from its first year with them to its newest month, and no later a first year than another copy has.
with

totals as (
    select
        vintage,
        country_kind,
        data_year,
        data_month,
        {{ month_number_of('vintage') }} as last_month,
        min(case when country_kind = 'advanced_technology_products' then data_year end) over (partition by vintage)
            as first_year,
        exports_usd_millions > 0 and imports_usd_millions > 0 as has_trade
    from {{ ref('stg_census__goods_loaded') }}
    where country_kind in ('world', 'advanced_technology_products')
),

counted as (
    select
        vintage,
        first_year,
        last_month,
        count(case when has_trade then 1 end) as months_found
    from totals
    where data_year >= first_year
    group by vintage, first_year, last_month
),

copies as (
    select
        vintage,
        first_year,
        months_found,
        min(first_year) over () as first_year_of_all,
        2 * (last_month - 12 * first_year) as months_wanted
    from counted
)

select
    concat(
        'the copy of ', vintage, ' in data/census_country ',
        case
            when months_found <> months_wanted
                then concat('lacks trade of the world or of advanced technology products in a month since ', first_year)
            else concat('begins in ', first_year, ', and another one in ', first_year_of_all)
        end,
        ': load the whole spreadsheet (atp load goods), or remove the file'
    ) as problem
from copies
where months_found <> months_wanted or first_year > first_year_of_all
