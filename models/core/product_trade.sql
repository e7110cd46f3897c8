{{ config(materialized='view') }}

select
    years.source_id,
    years.vintage,
    sums.flow,
    sums.data_year,
    sums.product_code,
    sums.census_area_code,
    partners.partner_id,
    sums.value_usd,
    sums.quantity,
    sums.quantity_unit
from {{ ref('product_sums') }} as sums
inner join {{ ref('product_years') }} as years
    on sums.source_id = years.source_id and sums.flow = years.flow and sums.data_year = years.data_year
inner join {{ ref('partners') }} as partners on sums.country_code = partners.schedule_c_code
where sums.data_month is null and years.is_shown
