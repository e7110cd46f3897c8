-- The one look at the files, which can be larger than memory: two sums in one pass, and joins to names after it.
select
    trade.source_id,
    trade.flow,
    trade.data_year,
    trade.data_month,
    trade.product_code,
    classes.census_area_code,
    trade.country_code,
    cast(sum(trade.value_usd) as decimal(18, 0)) as value_usd,
    -- A sum of quantities counts only if every value has one, in the same unit.
    cast(case
        when count(trade.quantity) = count(*) and min(trade.quantity_unit) = max(trade.quantity_unit)
            then sum(trade.quantity)
    end as decimal(18, 0)) as quantity,
    case
        when count(trade.quantity) = count(*) and min(trade.quantity_unit) = max(trade.quantity_unit)
            then min(trade.quantity_unit)
    end as quantity_unit
from {{ ref('stg_census__product_trade') }} as trade
inner join {{ ref('product_classes') }} as classes
    on
        trade.flow = classes.flow
        and trade.data_year = classes.data_year
        and trade.product_code = classes.product_code
group by grouping sets (
    (trade.source_id, trade.flow, trade.data_year, trade.product_code, classes.census_area_code, trade.country_code),
    (trade.source_id, trade.flow, trade.data_year, trade.data_month, classes.census_area_code, trade.country_code)
)
