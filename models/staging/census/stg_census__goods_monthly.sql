-- A state that ships with the project stays what it is, also where a copy of it is loaded: D73 in DECISIONS.md.
with

shipped as (
    select vintage from {{ ref('sources') }}
    where source_id = 'census_country'
),

loaded as (
    select
        *,
        max(vintage) over () as newest_vintage,
        min(case when country_kind = 'advanced_technology_products' then data_year end) over (partition by vintage)
            as first_year_of_atp
    from {{ ref('stg_census__goods_loaded') }}
    where vintage not in (select shipped.vintage from shipped)
)

-- Partners are in the newest copy alone; the others are there for what they said of the totals.
select
    'census_country' as source_id,
    loaded.vintage,
    loaded.data_year,
    loaded.data_month,
    'all' as technology_id,
    loaded.exports_usd_millions,
    loaded.imports_usd_millions,
    loaded.loaded_at_utc,
    case loaded.country_kind
        when 'advanced_technology_products' then 'advanced_technology_products'
        else 'total_merchandise'
    end as product_type,
    coalesce(partners.region_id, 'all') as region_id,
    coalesce(partners.partner_id, 'all') as partner_id
from loaded
left join {{ ref('partners') }} as partners
    on loaded.country_kind = 'country' and loaded.country_code = partners.schedule_c_code
where
    loaded.data_year >= loaded.first_year_of_atp
    and (
        loaded.country_kind in ('advanced_technology_products', 'world')
        or (partners.partner_id is not null and loaded.vintage = loaded.newest_vintage)
    )
