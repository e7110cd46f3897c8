-- All files are of one source, as a test shows: its first row names it.
with

months as (
    select * from {{ loaded_months('census_hs', 'product_trade') }} as files
),

named as (
    select source_id from {{ ref('stg_census__product_trade') }}
    limit 1 -- noqa: AM09
)

select
    named.source_id,
    months.flow,
    months.data_year,
    months.data_month,
    months.loaded_at_utc,
    max({{ year_and_month('months') }}) over () as vintage
from months
cross join named
