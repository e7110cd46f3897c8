{% set months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] %}
{% set file_columns = ['year', 'CTY_CODE', 'CTYNAME'] %}
{% for month in months %}{% do file_columns.extend(['I' ~ month, 'E' ~ month]) %}{% endfor %}

with

copies as (
    select * from {{ loaded_rows('census_country', 'goods_by_country', file_columns) }} as loaded
),

by_month as (
    {% for month in months %}
        select
            loaded_at_utc,
            cty_code as country_code,
            ctyname as country_name,
            {{ loop.index }} as data_month,
            cast(year as int) as data_year,
            concat(year, '-{{ '%02d' % loop.index }}') as year_and_month,
            cast(e{{ month | lower }} as decimal(18, 6)) as exports_usd_millions,
            cast(i{{ month | lower }} as decimal(18, 6)) as imports_usd_millions
        from copies
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- A copy is as of its newest month with trade of the world: what is not published yet is 0 in it.
vintages as (
    select
        loaded_at_utc,
        max(year_and_month) as vintage
    from by_month
    where country_code = '0015' and (exports_usd_millions <> 0 or imports_usd_millions <> 0)
    group by loaded_at_utc
),

latest as (
    select
        vintage,
        max(loaded_at_utc) as loaded_at_utc
    from vintages
    group by vintage
)

select
    latest.vintage,
    by_month.data_year,
    by_month.data_month,
    by_month.country_code,
    by_month.country_name,
    by_month.exports_usd_millions,
    by_month.imports_usd_millions,
    by_month.loaded_at_utc,
    -- Codes below 1000 are no countries.
    case
        when by_month.country_code = '0015' then 'world'
        when by_month.country_code = '0007' then 'advanced_technology_products'
        when by_month.country_code < '1000' then 'group'
        else 'country'
    end as country_kind
from by_month
inner join latest on by_month.loaded_at_utc = latest.loaded_at_utc and by_month.year_and_month <= latest.vintage
