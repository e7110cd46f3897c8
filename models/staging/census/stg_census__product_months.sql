with

months as (
    select * from {{ loaded_months('census_hs', 'product_trade') }} as files
)

select
    source_id,
    last_source_id,
    flow,
    data_year,
    data_month,
    loaded_at_utc,
    max({{ year_and_month() }}) over (partition by source_id) as vintage
from months
