with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    technologies.technology_id,
    technologies.technology_name,
    technologies.census_area_code,
    partners.partner_id,
    partners.partner_name,
    partners.region_id,
    partners.census_continent,
    {{ measure_columns() }},
    comparability.is_break,
    comparability.is_comparable_with_previous,
    comparability.is_comparable_with_base,
    shown.source_id,
    shown.vintage
from shown
inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'shown', 'comparability') }}
inner join {{ ref('dim_technology') }} as technologies on shown.technology_id = technologies.technology_id
inner join {{ ref('dim_partner') }} as partners on shown.partner_id = partners.partner_id
where shown.breakdown = 'technology_partner'
