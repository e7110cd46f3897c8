with

trade as (
    {{ shown_products() }} and sums.census_area_code is not null
)

select
    trade.data_year,
    trade.flow,
    trade.product_code,
    products.product_name,
    trade.census_area_code,
    trade.partner_id,
    partners.partner_name,
    cast(trade.value_usd / 1000000 as decimal(18, 6)) as value_usd_millions,
    trade.quantity,
    trade.quantity_unit,
    {{ ratio('trade.value_usd', 'trade.quantity') }} as unit_value_usd,
    trade.source_id,
    trade.vintage
from trade
inner join {{ ref('dim_product') }} as products
    on
        trade.flow = products.flow
        and trade.product_code = products.product_code
        and trade.data_year between products.valid_from_year and products.valid_to_year
        and trade.census_area_code = products.census_area_code
inner join {{ ref('dim_partner') }} as partners on trade.partner_id = partners.partner_id
