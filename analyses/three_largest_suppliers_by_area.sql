-- How much of each technology area's imports comes from its three largest suppliers?
with

-- Where two countries share a place, the figure names four countries.
three_countries as (
    select *
    from {{ ref('top_partners_by_technology') }}
    where flow = 'imports'
    qualify row_number() over (
        partition by source_id, vintage, data_year, technology_id order by partner_rank, partner_id
    ) <= 3
)

select
    data_year,
    technology_name,
    source_id,
    max(case when partner_rank = 1 then partner_name end) as largest_supplier,
    sum(share_pct) as three_suppliers_share_pct,
    sum(implied_usd_millions) as three_suppliers_usd_millions
from three_countries
group by source_id, vintage, data_year, technology_name
order by data_year asc, three_suppliers_share_pct desc, technology_name asc
