with

trade_measures as (
    select * from {{ ref('trade_measures') }}
),

partners as (
    select * from {{ ref('dim_partner') }}
),

joined as (
    select
        trade_measures.data_year,
        partners.partner_id,
        partners.partner_name,
        partners.region_id,
        partners.region_name,
        {{ measure_columns() }},
        trade_measures.source_id,
        trade_measures.vintage
    from trade_measures
    left join partners on trade_measures.member_id = partners.partner_id
    where trade_measures.breakdown = 'partner'
)

select * from joined
