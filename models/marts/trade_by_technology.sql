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
    comparability.is_break,
    comparability.is_comparable_with_previous,
    comparability.is_comparable_with_base,
    shown.source_id,
    shown.vintage
from shown
inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'shown', 'comparability') }}
left join {{ ref('dim_technology') }} as technologies on shown.technology_id = technologies.technology_id
where shown.breakdown = 'technology'
