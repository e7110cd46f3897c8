with

trade_measures as (
    select * from {{ ref('trade_measures') }}
),

technologies as (
    select * from {{ ref('dim_technology') }}
),

joined as (
    select
        trade_measures.data_year,
        technologies.technology_id,
        technologies.technology_name,
        technologies.census_area_code,
        {{ measure_columns() }},
        trade_measures.source_id,
        trade_measures.vintage
    from trade_measures
    left join technologies on trade_measures.member_id = technologies.technology_id
    where trade_measures.breakdown = 'technology'
)

select * from joined
