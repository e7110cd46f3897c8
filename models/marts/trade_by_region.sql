with

trade_measures as (
    select * from {{ ref('trade_measures') }}
),

regions as (
    select * from {{ ref('dim_region') }}
),

joined as (
    select
        trade_measures.data_year,
        regions.region_id,
        regions.region_name,
        {{ measure_columns() }},
        trade_measures.source_id,
        trade_measures.vintage
    from trade_measures
    left join regions on trade_measures.member_id = regions.region_id
    where trade_measures.breakdown = 'region'
)

select * from joined
