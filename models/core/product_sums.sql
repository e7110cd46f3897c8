-- The one look at the files, which can be larger than memory: two sums in one pass, and joins to names after it.
with

sums as (
    select
        classes.class_id,
        classes.area_id,
        trade.data_month,
        trade.country_code,
        trade.quantity_unit,
        sum(trade.value_usd) as value_usd,
        sum(trade.quantity) as quantity,
        count(trade.quantity) = count(*) as has_quantities
    from {{ ref('stg_census__product_trade') }} as trade
    inner join {{ ref('product_classes') }} as classes
        on
            trade.flow = classes.flow
            and trade.data_year = classes.data_year
            and trade.product_code = classes.product_code
    group by grouping sets (
        (classes.class_id, trade.country_code, trade.quantity_unit),
        (classes.area_id, trade.data_month, trade.country_code)
    )
),

-- A quantity counts only if every value has one, in the same unit.
products as (
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
),

areas as (
    select distinct
        flow,
        data_year,
        census_area_code,
        area_id
    from {{ ref('product_classes') }}
),

years as (
    select
        flow,
        data_year,
        min(source_id) as source_id
    from {{ ref('stg_census__product_months') }}
    group by flow, data_year
),

named as (
    select
        classes.flow,
        classes.data_year,
        cast(null as int) as data_month,
        classes.product_code,
        classes.census_area_code,
        products.country_code,
        products.value_usd,
        products.quantity,
        products.quantity_unit
    from products
    inner join {{ ref('product_classes') }} as classes on products.class_id = classes.class_id
    union all
    select
        areas.flow,
        areas.data_year,
        sums.data_month,
        cast(null as string) as product_code,
        areas.census_area_code,
        sums.country_code,
        sums.value_usd,
        cast(null as decimal(18, 0)) as quantity,
        cast(null as string) as quantity_unit
    from sums
    inner join areas on sums.area_id = areas.area_id
)

select
    years.source_id,
    named.flow,
    named.data_year,
    named.data_month,
    named.product_code,
    named.census_area_code,
    named.country_code,
    cast(named.value_usd as decimal(18, 0)) as value_usd,
    cast(named.quantity as decimal(18, 0)) as quantity,
    case when named.quantity is not null then named.quantity_unit end as quantity_unit
from named
inner join years on named.flow = years.flow and named.data_year = years.data_year
