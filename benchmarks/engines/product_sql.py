"""The three results in SQL that DuckDB and Spark both understand, as a careful person writes it.

`trade` and `lists` are the files, `whole` the flows and years that have twelve months. It is what the models do
(models/core/product_sums.sql, models/marts/top_products.sql), with the Bureau's codes of countries for partners.
"""

CLASSES = """
select
    *,
    cast(row_number() over (order by flow, data_year, product_code) as int) as class_id,
    cast(dense_rank() over (order by flow, data_year, census_area_code) as int) as area_id
from (
    select
        years.flow,
        years.list_year as data_year,
        products.product_code,
        lists.census_area_code
    from (select distinct flow, list_year from lists) as years
    inner join (select distinct flow, product_code from lists) as products on years.flow = products.flow
    left join lists
        on
            years.flow = lists.flow
            and years.list_year = lists.list_year
            and products.product_code = lists.product_code
) as listed
"""

# One look at the files for both sums, by numbers in the place of texts.
PASS = """
select
    classes.class_id,
    classes.area_id,
    trade.data_month,
    trade.country_code,
    trade.quantity_unit,
    sum(trade.value_usd) as value_usd,
    sum(trade.quantity) as quantity,
    count(trade.quantity) = count(*) as has_quantities
from trade
inner join classes
    on
        trade.flow = classes.flow
        and trade.data_year = classes.data_year
        and trade.product_code = classes.product_code
group by grouping sets (
    (classes.class_id, trade.country_code, trade.quantity_unit),
    (classes.area_id, trade.data_month, trade.country_code)
)
"""

# A sum of quantities counts only if each value has one, in the same unit.
SUMS = """
with products as (
    select
        class_id,
        country_code,
        sum(value_usd) as value_usd,
        case when count(*) = 1 and count(quantity_unit) = 1 and bool_and(has_quantities) then sum(quantity) end
            as quantity,
        max(quantity_unit) as quantity_unit
    from sums
    where class_id is not null
    group by class_id, country_code
)

select
    flow,
    data_year,
    null as data_month,
    product_code,
    census_area_code,
    country_code,
    value_usd,
    quantity,
    case when quantity is not null then quantity_unit end as quantity_unit
from products
inner join classes on products.class_id = classes.class_id
union all
select
    areas.flow,
    areas.data_year,
    sums.data_month,
    null,
    areas.census_area_code,
    sums.country_code,
    sums.value_usd,
    null,
    null
from sums
inner join (select distinct flow, data_year, census_area_code, area_id from classes) as areas
    on sums.area_id = areas.area_id
"""

TOP = """
with sums as (
    select
        product_sums.data_year,
        product_sums.flow,
        product_sums.census_area_code,
        coalesce(product_sums.country_code, 'all') as country_code,
        product_sums.product_code,
        sum(product_sums.value_usd) as value_usd
    from product_sums
    inner join whole on product_sums.flow = whole.flow and product_sums.data_year = whole.data_year
    where data_month is null and census_area_code is not null and value_usd > 0
    group by grouping sets (
        (product_sums.data_year, product_sums.flow, census_area_code, country_code, product_code),
        (product_sums.data_year, product_sums.flow, census_area_code, product_code)
    )
),

totals as (
    select
        data_year,
        flow,
        coalesce(census_area_code, 'all') as census_area_code,
        country_code,
        sum(value_usd) as total_usd
    from sums
    group by grouping sets ((data_year, flow, country_code, census_area_code), (data_year, flow, country_code))
),

of_areas as (
    select * from (
        select
            *,
            rank() over (partition by data_year, flow, census_area_code, country_code order by value_usd desc)
                as product_rank
        from sums
    ) as ranked
    where product_rank <= 10
),

-- The largest of all areas are among the largest of one.
of_all_areas as (
    select * from (
        select
            data_year,
            flow,
            'all' as census_area_code,
            country_code,
            product_code,
            value_usd,
            rank() over (partition by data_year, flow, country_code order by value_usd desc) as product_rank
        from of_areas
    ) as ranked
    where product_rank <= 10
)

select
    ranked.*,
    100 * cast(ranked.value_usd as double) / cast(totals.total_usd as double) as share_pct
from (select * from of_areas union all select * from of_all_areas) as ranked
inner join totals
    on
        ranked.data_year = totals.data_year
        and ranked.flow = totals.flow
        and ranked.census_area_code = totals.census_area_code
        and ranked.country_code = totals.country_code
"""
