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
    {{ measure_columns(measures_of_totals()) }},
    census_areas.export_census_area_hhi,
    census_areas.import_census_area_hhi,
    census_areas.census_areas_in_surplus,
    census_areas.census_areas_in_deficit,
    shown.source_id,
    shown.vintage
from shown
left join census_areas on {{ same(state() + period(), 'shown', 'census_areas') }}
where shown.breakdown = 'total'
