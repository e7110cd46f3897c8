with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    partners.partner_id,
    partners.partner_name,
    partners.region_id,
    partners.region_name,
    {{ measure_columns(measures_of_partners()) }},
    shown.source_id,
    shown.vintage
from shown
left join {{ ref('dim_partner') }} as partners on shown.partner_id = partners.partner_id
where shown.breakdown = 'partner'
