-- Has trade become more concentrated, and how many equal-sized partners would that equal?
select
    data_year,
    round(export_partner_hhi) as export_partner_hhi,
    round(import_partner_hhi) as import_partner_hhi,
    round(10000 / export_partner_hhi, 1) as equal_export_partners,
    round(10000 / import_partner_hhi, 1) as equal_import_partners,
    round(export_technology_hhi) as export_technology_hhi,
    round(import_technology_hhi) as import_technology_hhi
from {{ ref('trade_totals') }}
order by data_year
