with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    regions.region_id,
    regions.region_name,
    {{ measure_columns() }},
    shown.source_id,
    shown.vintage
from shown
left join {{ ref('dim_region') }} as regions on shown.region_id = regions.region_id
where shown.breakdown = 'region'
