{% set of_members = measures() | reject('equalto', 'is_surplus') | list %}
{% set of_totals = ['technologies_in_surplus', 'technologies_in_deficit'] %}
{% set of_products = ['exports_usd_millions', 'imports_usd_millions', 'balance_usd_millions'] %}
{% set of_partners = [
    'export_share_of_region_pct', 'import_share_of_region_pct',
    'export_rank_in_region', 'import_rank_in_region', 'balance_rank_in_region',
] %}
{% set of_places = ['export_share_pct', 'import_share_pct', 'export_rank', 'import_rank'] %}
{% set of_partners_places = ['technologies_as_top_three_market', 'technologies_as_top_three_supplier'] %}
{% set of_regions = ['partners_among_top_three_markets', 'partners_among_top_three_suppliers'] %}

with

members as (
    select
        {{ doubles(of_members) }}
        breakdown,
        member_id,
        source_id,
        vintage,
        data_year
    from {{ ref('trade_measures') }}
),

totals as (
    select
        {{ doubles(of_totals) }}
        'total' as breakdown,
        'world' as member_id,
        source_id,
        vintage,
        data_year
    from {{ ref('trade_totals') }}
),

-- The report's own totals are among the members.
products as (
    select
        {{ doubles(of_products) }}
        source_id,
        vintage,
        data_year,
        case product_type when 'advanced_technology_products' then 'total' else 'product_type' end as breakdown,
        case product_type when 'advanced_technology_products' then 'world' else product_type end as member_id
    from {{ ref('merchandise_trade_balance') }}
    where source_id <> 'nsf_07_329'
),

partners as (
    select
        {{ doubles(of_partners) }}
        'partner' as breakdown,
        partner_id as member_id,
        source_id,
        vintage,
        data_year
    from {{ ref('trade_by_partner') }}
),

technology_places as (
    select * from {{ ref('top_partners_by_technology') }}
    where technology_id <> 'all_technologies'
),

places as (
    select
        source_id,
        vintage,
        data_year,
        'partner_in_technology' as breakdown,
        cast(max(case when flow = 'exports' then share_pct end) as double) as export_share_pct,
        cast(max(case when flow = 'imports' then share_pct end) as double) as import_share_pct,
        cast(max(case when flow = 'exports' then partner_rank end) as double) as export_rank,
        cast(max(case when flow = 'imports' then partner_rank end) as double) as import_rank,
        concat(technology_id, '/', partner_id) as member_id
    from technology_places
    group by technology_id, partner_id, source_id, vintage, data_year
),

-- Who has no place has 0 of them, so that "in each area" and "in no area" can be asked.
figures as (
    select distinct
        source_id,
        vintage,
        data_year
    from {{ ref('top_partners_by_technology') }}
),

partners_in_technologies as (
    select
        figures.source_id,
        figures.vintage,
        figures.data_year,
        'partner' as breakdown,
        partners.partner_id as member_id,
        cast(sum(case when places.flow = 'exports' then 1 else 0 end) as double) as technologies_as_top_three_market,
        cast(sum(case when places.flow = 'imports' then 1 else 0 end) as double) as technologies_as_top_three_supplier
    from figures
    cross join {{ ref('dim_partner') }} as partners
    left join technology_places as places
        on figures.data_year = places.data_year and partners.partner_id = places.partner_id
    group by figures.source_id, figures.vintage, figures.data_year, partners.partner_id
),

regions_in_technologies as (
    select
        figures.source_id,
        figures.vintage,
        figures.data_year,
        'region_in_technology' as breakdown,
        cast(sum(case when places.flow = 'exports' then 1 else 0 end) as double) as partners_among_top_three_markets,
        cast(sum(case when places.flow = 'imports' then 1 else 0 end) as double) as partners_among_top_three_suppliers,
        concat(technologies.technology_id, '/', regions.region_id) as member_id
    from figures
    cross join {{ ref('dim_technology') }} as technologies
    cross join {{ ref('dim_region') }} as regions
    left join technology_places as places
        on
            figures.data_year = places.data_year
            and technologies.technology_id = places.technology_id
            and regions.region_id = places.region_id
    group by
        figures.source_id, figures.vintage, figures.data_year, technologies.technology_id, regions.region_id
),

long as (
    {{ long_metrics('members', of_members) }}
    union all
    {{ long_metrics('totals', of_totals) }}
    union all
    {{ long_metrics('products', of_products) }}
    union all
    {{ long_metrics('partners', of_partners) }}
    union all
    {{ long_metrics('places', of_places) }}
    union all
    {{ long_metrics('partners_in_technologies', of_partners_places) }}
    union all
    {{ long_metrics('regions_in_technologies', of_regions) }}
)

select * from long
