-- When did the balance of twelve months turn from surplus to deficit or back?
select
    source_id,
    vintage,
    window_end,
    exports_usd_millions,
    imports_usd_millions,
    balance_usd_millions,
    case balance_sign when 1 then 'to surplus' when -1 then 'to deficit' else 'to balance' end as turn
from {{ ref('trade_windows') }}
where
    window_type = 'twelve_months' and is_turning_point
    and product_type = 'advanced_technology_products' and technology_id = 'all' and partner_id = 'all'
order by source_id, vintage, window_end
