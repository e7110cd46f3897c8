-- Who supplied the United States with the most technology, and in which year did China overtake Japan?
select
    data_year,
    source_id,
    max(case when import_rank = 1 then partner_name end) as largest_supplier,
    max(case when import_rank = 2 then partner_name end) as second_supplier,
    max(case when import_rank = 3 then partner_name end) as third_supplier,
    max(case when partner_id = 'CHN' then imports_usd_millions end) as china_imports_usd_millions,
    max(case when partner_id = 'JPN' then imports_usd_millions end) as japan_imports_usd_millions,
    max(case when partner_id = 'OTHER' then imports_usd_millions end) as residual_imports_usd_millions
from {{ ref('trade_by_partner') }}
group by source_id, vintage, data_year
order by data_year
