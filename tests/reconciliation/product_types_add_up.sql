-- Advanced technology and all other products are total merchandise; the totals of source and year are complete.
with

sums as (
    select
        source_id,
        vintage,
        data_year,
        count(*) as product_types,
        sum(case when product_type <> 'total_merchandise' then balance_usd_millions end) as parts_usd_millions,
        sum(case when product_type = 'total_merchandise' then balance_usd_millions end) as total_usd_millions
    from {{ ref('merchandise_trade_balance') }}
    where source_id <> 'nsf_07_329'
    group by source_id, vintage, data_year
)

select *
from sums
where product_types <> 3 or parts_usd_millions <> total_usd_millions
