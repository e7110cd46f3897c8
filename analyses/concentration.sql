-- Has trade become more concentrated? Bounds, because the countries of the rest of the world are one row.
with

residuals as (
    select
        source_id,
        vintage,
        data_year,
        export_share_pct,
        import_share_pct
    from {{ ref('trade_by_partner') }}
    where partner_id = 'OTHER'
),

bounds as (
    select
        totals.source_id,
        totals.data_year,
        totals.export_technology_hhi,
        totals.import_technology_hhi,
        totals.export_partner_hhi as export_at_least,
        totals.import_partner_hhi as import_at_least,
        totals.export_partner_hhi + power(coalesce(residuals.export_share_pct, 0), 2) as export_at_most,
        totals.import_partner_hhi + power(coalesce(residuals.import_share_pct, 0), 2) as import_at_most
    from {{ ref('trade_totals') }} as totals
    left join residuals
        on
            totals.source_id = residuals.source_id
            and totals.vintage = residuals.vintage
            and totals.data_year = residuals.data_year
)

select
    data_year,
    round(export_at_least, 1) as export_partner_hhi_at_least,
    round(export_at_most, 1) as export_partner_hhi_at_most,
    round(10000 / export_at_most, 1) as equal_export_partners_at_least,
    round(10000 / export_at_least, 1) as equal_export_partners_at_most,
    round(import_at_least, 1) as import_partner_hhi_at_least,
    round(import_at_most, 1) as import_partner_hhi_at_most,
    round(10000 / import_at_most, 1) as equal_import_partners_at_least,
    round(10000 / import_at_least, 1) as equal_import_partners_at_most,
    round(export_technology_hhi) as export_technology_hhi,
    round(import_technology_hhi) as import_technology_hhi
from bounds
order by source_id, data_year
