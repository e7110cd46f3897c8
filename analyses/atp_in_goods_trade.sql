-- How large a part of all goods trade are advanced technology products?
select
    source_id,
    vintage,
    data_year,
    round(export_share_of_goods_pct, 1) as export_share_of_goods_pct,
    round(import_share_of_goods_pct, 1) as import_share_of_goods_pct
from {{ ref('merchandise_trade') }}
where product_type = 'advanced_technology_products' and export_share_of_goods_pct is not null
order by source_id, vintage, data_year
