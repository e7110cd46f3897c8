with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    regions.region_id,
    regions.region_name,
    {{ measure_columns() }},
    comparability.is_break,
    comparability.is_comparable_with_previous,
    comparability.is_comparable_with_base,
    shown.source_id,
    shown.vintage
from shown
inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'shown', 'comparability') }}
left join {{ ref('dim_region') }} as regions on shown.region_id = regions.region_id
where shown.breakdown = 'region'
