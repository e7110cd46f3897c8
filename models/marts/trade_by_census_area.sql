with

shown as (
    {{ shown_states('census_area_measures') }}
)

select
    shown.data_year,
    shown.census_area_code,
    areas.census_area_name,
    {{ columns(measures_of_census_areas(), 'shown') }},
    shown.source_id,
    shown.vintage
from shown
left join {{ ref('dim_census_area') }} as areas on shown.census_area_code = areas.census_area_code
where shown.census_area_code <> 'all'
