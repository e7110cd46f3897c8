with

shown as (
    {{ shown_states('trade_measures') }}
),

census_areas as (
    select * from {{ ref('census_area_measures') }}
    where census_area_code = 'all'
)

select
    shown.data_year,
    {{ measure_columns(measures_of_totals(), without=measures_of_members_alone()) }},
    turnover.export_partner_turnover_pp,
    turnover.import_partner_turnover_pp,
    turnover.export_technology_turnover_pp,
    turnover.import_technology_turnover_pp,
    census_areas.export_census_area_hhi,
    census_areas.import_census_area_hhi,
    census_areas.census_areas_in_surplus,
    census_areas.census_areas_in_deficit,
    comparability.is_break,
    comparability.is_comparable_with_previous,
    comparability.is_comparable_with_base,
    shown.source_id,
    shown.vintage
from shown
inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'shown', 'comparability') }}
left join {{ ref('share_turnover') }} as turnover on {{ same(state() + period(), 'shown', 'turnover') }}
left join census_areas on {{ same(state() + period(), 'shown', 'census_areas') }}
where shown.breakdown = 'total'
