with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    {{ measure_columns(measures_of_totals()) }},
    comparability.is_break,
    comparability.is_comparable_with_previous,
    shown.source_id,
    shown.vintage
from shown
inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'shown', 'comparability') }}
where shown.breakdown = 'total'
