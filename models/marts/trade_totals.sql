with

trade_measures as (
    select * from {{ ref('trade_measures') }}
),

-- Squares of DECIMALs are added exactly, so that the index is the same in every build.
over_members as (
    select
        data_year,
        {{ herfindahl_index('exports_usd_millions', 'partner') }} as export_partner_hhi,
        {{ herfindahl_index('imports_usd_millions', 'partner') }} as import_partner_hhi,
        {{ herfindahl_index('exports_usd_millions', 'technology') }} as export_technology_hhi,
        {{ herfindahl_index('imports_usd_millions', 'technology') }} as import_technology_hhi,
        cast(sum(case when breakdown = 'technology' and balance_usd_millions > 0 then 1 else 0 end) as int)
            as technologies_in_surplus,
        cast(sum(case when breakdown = 'technology' and balance_usd_millions < 0 then 1 else 0 end) as int)
            as technologies_in_deficit
    from trade_measures
    group by data_year
),

totals as (
    select
        trade_measures.data_year,
        {{ measure_columns() }},
        over_members.export_partner_hhi,
        over_members.import_partner_hhi,
        over_members.export_technology_hhi,
        over_members.import_technology_hhi,
        over_members.technologies_in_surplus,
        over_members.technologies_in_deficit,
        trade_measures.source_id,
        trade_measures.vintage
    from trade_measures
    left join over_members on trade_measures.data_year = over_members.data_year
    where trade_measures.breakdown = 'total'
)

select * from totals
