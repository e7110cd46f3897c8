{% set flows = ['exports', 'imports'] %}

with

countries as (
    select * from {{ ref('stg_census_api__hitech') }}
    where country_kind in ('country', 'total') and technology_kind in ('area', 'total')
),

-- A month counts once both flows are there: a flow that is not loaded is not zero.
months as (
    select
        data_year,
        data_month,
        max(loaded_at_utc) as loaded_at_utc,
        max({{ year_and_month() }}) over () as newest_month
    from countries
    group by data_year, data_month
    having count(distinct flow) = 2
),

-- The totals of the API are the sums of their parts, as a test shows: only that of all products is kept, for shares.
-- Area 04 as the Bureau counts it is no area of the report's.
technologies as (
    select
        counted_in_census_area_code,
        technology_id
    from {{ ref('technologies') }}
    qualify row_number() over (partition by counted_in_census_area_code order by report_order nulls first) = 1
),

keyed as (
    select
        countries.data_year,
        countries.data_month,
        countries.flow,
        countries.value_usd,
        case countries.technology_kind when 'area' then 'advanced_technology_products' else 'total_merchandise' end
            as product_type,
        coalesce(technologies.technology_id, 'all') as technology_id,
        coalesce(partners.region_id, 'all') as region_id,
        coalesce(partners.partner_id, 'all') as partner_id
    from countries
    left join technologies on countries.hitech_code = technologies.counted_in_census_area_code
    left join {{ ref('partners') }} as partners on countries.country_code = partners.schedule_c_code
    where
        (countries.country_kind = 'total' or partners.partner_id is not null)
        and (countries.technology_kind = 'total' or technologies.technology_id is not null)
        and not (countries.country_kind = 'total' and countries.technology_kind = 'area')
)

select
    'census_hitech' as source_id,
    months.newest_month as vintage,
    keyed.data_year,
    keyed.data_month,
    keyed.product_type,
    keyed.technology_id,
    keyed.region_id,
    keyed.partner_id,
    {% for flow in flows %}
        cast(coalesce(sum(case when keyed.flow = '{{ flow }}' then keyed.value_usd end), 0) / 1000000 as decimal(18, 6))
            as {{ flow }}_usd_millions,
    {% endfor %}
    months.loaded_at_utc
from keyed
inner join months on keyed.data_year = months.data_year and keyed.data_month = months.data_month
group by
    months.newest_month,
    months.loaded_at_utc,
    keyed.data_year,
    keyed.data_month,
    keyed.product_type,
    keyed.technology_id,
    keyed.region_id,
    keyed.partner_id
