with

trade_measures as (
    select * from {{ ref('trade_measures') }}
),

-- Squares of DECIMALs are added exactly, so that the index is the same in every build.
concentration as (
    select
        data_year,
        {{ herfindahl_index('exports_usd_millions', 'partner') }} as export_partner_hhi,
        {{ herfindahl_index('imports_usd_millions', 'partner') }} as import_partner_hhi,
        {{ herfindahl_index('exports_usd_millions', 'technology') }} as export_technology_hhi,
        {{ herfindahl_index('imports_usd_millions', 'technology') }} as import_technology_hhi
    from trade_measures
    group by data_year
),

totals as (
    select
        trade_measures.data_year,
        {{ measure_columns() }},
        concentration.export_partner_hhi,
        concentration.import_partner_hhi,
        concentration.export_technology_hhi,
        concentration.import_technology_hhi,
        trade_measures.source_id,
        trade_measures.vintage
    from trade_measures
    left join concentration on trade_measures.data_year = concentration.data_year
    where trade_measures.breakdown = 'total'
)

select * from totals
