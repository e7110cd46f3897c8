with

trade_measures as (
    select * from {{ ref('trade_measures') }}
),

partners as (
    select * from {{ ref('dim_partner') }}
),

regions as (
    select * from {{ ref('trade_by_region') }}
),

joined as (
    select
        trade_measures.data_year,
        partners.partner_id,
        partners.partner_name,
        partners.region_id,
        partners.region_name,
        {{ measure_columns() }},
        100 * {{ ratio('trade_measures.exports_usd_millions', 'regions.exports_usd_millions') }}
            as export_share_of_region_pct,
        100 * {{ ratio('trade_measures.imports_usd_millions', 'regions.imports_usd_millions') }}
            as import_share_of_region_pct,
        {{ rank_in_region('trade_measures.export_rank') }} as export_rank_in_region,
        {{ rank_in_region('trade_measures.import_rank') }} as import_rank_in_region,
        {{ rank_in_region('trade_measures.balance_rank') }} as balance_rank_in_region,
        trade_measures.source_id,
        trade_measures.vintage
    from trade_measures
    left join partners on trade_measures.member_id = partners.partner_id
    left join regions
        on partners.region_id = regions.region_id and trade_measures.data_year = regions.data_year
    where trade_measures.breakdown = 'partner'
)

select * from joined
