with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    technologies.technology_id,
    technologies.technology_name,
    technologies.census_area_code,
    technologies.counted_in_census_area_code,
    {{ measure_columns(measures_of_technologies()) }},
    shown.source_id,
    shown.vintage
from shown
left join {{ ref('dim_technology') }} as technologies on shown.technology_id = technologies.technology_id
where shown.breakdown = 'technology'
