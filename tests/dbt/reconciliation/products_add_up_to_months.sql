-- The products of a month's list add up to what the Bureau publishes by area and partner, to the dollar, wherever both
-- are loaded. This is an identity of the Bureau's own data.
with

both_flows as (
    {% for flow in ['exports', 'imports'] %}
        select
            '{{ flow }}' as flow,
            data_year,
            data_month,
            census_area_code,
            partner_id,
            {{ flow }}_usd_millions as usd_millions
        from {{ ref('trade_monthly') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

products as (
    select
        sums.flow,
        sums.data_year,
        sums.data_month,
        sums.census_area_code,
        partners.partner_id,
        cast(sums.value_usd / 1000000 as decimal(18, 6)) as usd_millions
    from {{ ref('product_sums') }} as sums
    inner join {{ ref('partners') }} as partners on sums.country_code = partners.schedule_c_code
    where sums.data_month is not null and sums.census_area_code is not null
),

-- Months of which both are loaded, in years that have a list.
compared as (
    select distinct
        months.flow,
        months.data_year,
        months.data_month
    from {{ ref('stg_census__product_months') }} as months
    inner join {{ ref('product_years') }} as years
        on months.flow = years.flow and months.data_year = years.data_year and years.has_list
    inner join both_flows
        on {{ same(['flow'] + month(), 'months', 'both_flows') }}
),

sides as (
    select
        products.*,
        true as is_product
    from products
    union all
    select
        both_flows.*,
        false as is_product
    from both_flows
),

cells as (
    select
        flow,
        data_year,
        data_month,
        census_area_code,
        partner_id,
        max(case when is_product then usd_millions else 0 end) as products_usd_millions,
        max(case when is_product then 0 else usd_millions end) as months_usd_millions
    from sides
    group by flow, data_year, data_month, census_area_code, partner_id
)

select
    concat(
        cells.flow, ' of ', {{ year_and_month('cells') }}, ', area ', cells.census_area_code, ', partner ',
        cells.partner_id, ': the products add up to ', cells.products_usd_millions,
        ' million dollars, and trade_monthly has ', cells.months_usd_millions,
        ': load both anew (atp load products, atp load atp), or the list of the year (atp load lists)'
    ) as problem
from cells
inner join compared
    on {{ same(['flow'] + month(), 'cells', 'compared') }}
where cells.products_usd_millions <> cells.months_usd_millions
