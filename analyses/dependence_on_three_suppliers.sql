-- In which technology areas do three countries supply more than half of U.S. imports?
select
    technology_name,
    max(case when partner_rank = 1 then partner_name end) as largest_supplier,
    sum(share_pct) as top_suppliers_share_pct,
    sum(implied_usd_millions) as top_suppliers_usd_millions
from {{ ref('top_partners_by_technology') }}
where flow = 'imports'
group by technology_name
having sum(share_pct) > 50
order by top_suppliers_share_pct desc
