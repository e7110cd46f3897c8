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
    comparability.is_break,
    comparability.is_comparable_with_previous,
    comparability.is_comparable_with_base,
    shown.source_id,
    shown.vintage
from shown
inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'shown', 'comparability') }}
left join {{ ref('dim_partner') }} as partners on shown.partner_id = partners.partner_id
where shown.breakdown = 'partner'
