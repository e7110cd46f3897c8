with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    {{ measure_columns(measures_of_totals()) }},
    shown.source_id,
    shown.vintage
from shown
where shown.breakdown = 'total'
