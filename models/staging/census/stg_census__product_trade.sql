{{ config(materialized='view') }}

{% set types = {'value_usd': 'bigint', 'quantity': 'bigint', 'data_year': 'int', 'data_month': 'int'} %}

select
    source_id,
    flow,
    data_year,
    data_month,
    product_code,
    country_code,
    value_usd,
    quantity,
    quantity_unit,
    loaded_at_utc
from {{ loaded_rows(
    'census_hs',
    'product_trade',
    ['source_id', 'flow', 'data_year', 'data_month', 'product_code', 'country_code', 'value_usd', 'quantity', 'quantity_unit'],
    types,
    latest=true,
) }} as files
