-- A product in two years that follow each other, whether its list counts it or not: NULL if it had no trade.
{% set of_product = columns(state() + ['flow', 'product_code']) %}

with

trade as (
    {{ shown_products() }}
),

products as (
    select
        {{ of_product }},
        data_year,
        census_area_code,
        cast(
            case when count(quantity) = count(*) and min(quantity_unit) = max(quantity_unit) then sum(quantity) end
            as decimal(18, 0)
        ) as quantity,
        sum(value_usd) as value_usd,
        min(quantity_unit) as quantity_unit
    from trade
    group by {{ of_product }}, data_year, census_area_code
),

years as (
    select
        later.source_id,
        later.vintage,
        later.flow,
        later.data_year
    from {{ ref('product_years') }} as later
    inner join {{ ref('product_years') }} as earlier
        on {{ same(state() + ['flow'], 'later', 'earlier') }} and later.data_year = earlier.data_year + 1
    where later.is_shown and earlier.is_shown
),

-- Each year's row is the later one of a pair, and the earlier one of the next.
sides as (
    select
        products.*,
        years.data_year as pair_year
    from years
    inner join products
        on
            {{ same(state() + ['flow'], 'years', 'products') }}
            and products.data_year in (years.data_year, years.data_year - 1)
),

pairs as (
    select
        {{ of_product }},
        pair_year as data_year,
    {% for name in ['value_usd', 'quantity', 'quantity_unit'] %}
        max(case when data_year = pair_year then {{ name }} end) as {{ name }},
        max(case when data_year < pair_year then {{ name }} end)
            as previous_{{ name }}{{ ',' if not loop.last }}
    {% endfor %}
    from sides
    group by {{ of_product }}, pair_year
)

select
    {{ columns(state(), 'pairs') }},
    pairs.data_year,
    pairs.flow,
    pairs.product_code,
    earlier.census_area_code as previous_census_area_code,
    classes.census_area_code,
    cast(pairs.previous_value_usd as decimal(18, 0)) as previous_value_usd,
    cast(pairs.value_usd as decimal(18, 0)) as value_usd,
    case
        when classes.census_area_code is null and earlier.census_area_code is null then 'not_listed'
        when earlier.census_area_code is null then 'added'
        when classes.census_area_code is null then 'dropped'
        when earlier.census_area_code <> classes.census_area_code then 'moved'
        else 'kept'
    end as list_change,
    case when pairs.quantity_unit = pairs.previous_quantity_unit then pairs.previous_quantity end as previous_quantity,
    case when pairs.quantity_unit = pairs.previous_quantity_unit then pairs.quantity end as quantity
from pairs
inner join {{ ref('product_classes') }} as classes
    on pairs.flow = classes.flow and pairs.product_code = classes.product_code and pairs.data_year = classes.data_year
inner join {{ ref('product_classes') }} as earlier
    on
        pairs.flow = earlier.flow
        and pairs.product_code = earlier.product_code
        and pairs.data_year = earlier.data_year + 1
