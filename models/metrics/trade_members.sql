-- Rows that are broken down by one key: where keys cross, a region and its partners would be counted twice.
with

shown as (
    {{ shown_states('trade_measures') }}
),

one_product_type as (
    select * from shown
    where breakdown in ('total', 'technology', 'region', 'partner')
),

named as (
    select
        trade.source_id,
        trade.vintage,
        trade.data_year,
        trade.breakdown,
        trade.technology_id,
        trade.partner_id,
        trade.exports_usd_millions,
        trade.imports_usd_millions,
        trade.total_exports_usd_millions,
        trade.total_imports_usd_millions,
        case when trade.breakdown = 'region' then trade.region_id else 'all' end as region_id,
        coalesce(partners.partner_name, regions.region_name, technologies.technology_name) as member_name,
        make_date(trade.data_year, 1, 1) as trade_year,
        concat(trade.source_id, ' ', trade.vintage) as source_state
    from one_product_type as trade
    left join {{ ref('dim_partner') }} as partners on trade.partner_id = partners.partner_id
    left join {{ ref('dim_region') }} as regions on trade.region_id = regions.region_id
    left join {{ ref('technologies') }} as technologies on trade.technology_id = technologies.technology_id
)

select * from named
