-- How large a part of all goods trade are advanced technology products?
select
    atp.source_id,
    atp.vintage,
    atp.data_year,
    round(100 * atp.exports_usd_millions / nullif(goods.exports_usd_millions, 0), 1) as export_share_of_goods_pct,
    round(100 * atp.imports_usd_millions / nullif(goods.imports_usd_millions, 0), 1) as import_share_of_goods_pct,
    round(
        100 * (atp.exports_usd_millions + atp.imports_usd_millions)
        / nullif(goods.exports_usd_millions + goods.imports_usd_millions, 0),
        1
    ) as trade_share_of_goods_pct
from {{ ref('merchandise_trade_balance') }} as atp
inner join {{ ref('merchandise_trade_balance') }} as goods
    on
        atp.source_id = goods.source_id
        and atp.vintage = goods.vintage
        and atp.data_year = goods.data_year
        and goods.product_type = 'total_merchandise'
where atp.product_type = 'advanced_technology_products'
order by atp.source_id, atp.vintage, atp.data_year
