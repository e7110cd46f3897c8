-- Which years had a deficit larger than every year before, and what is the latest one beside them?
with

years as (
    select
        *,
        max(data_year) over (partition by source_id, vintage) as last_year
    from {{ ref('trade_windows') }}
    where
        window_type = 'year' and is_complete
        and product_type = 'advanced_technology_products' and technology_id = 'all' and partner_id = 'all'
)

select
    source_id,
    vintage,
    data_year,
    balance_usd_millions,
    balance_change_usd_millions,
    is_comparable_with_year_before,
    deficit_rank,
    is_record_deficit
from years
where is_record_deficit or data_year = last_year
order by source_id, vintage, data_year
