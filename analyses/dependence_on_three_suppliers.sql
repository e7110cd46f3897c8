-- In which technology areas do three countries supply more than half of U.S. imports?
with

-- Where two countries share a place, the figure names four countries.
three_countries as (
    select *
    from {{ ref('top_partners_by_technology') }}
    where flow = 'imports'
    qualify row_number() over (partition by technology_id order by partner_rank, partner_id) <= 3
)

select
    technology_name,
    max(case when partner_rank = 1 then partner_name end) as largest_supplier,
    sum(share_pct) as three_suppliers_share_pct,
    sum(implied_usd_millions) as three_suppliers_usd_millions
from three_countries
group by technology_name
having sum(share_pct) > 50
order by three_suppliers_share_pct desc
