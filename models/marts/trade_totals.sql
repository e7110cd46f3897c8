with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    {{ measure_columns(measures_of_totals(), without=measures_of_members_alone()) }},
    {%- for measure in measures_of_turnover() %}
    turnover.{{ measure }},
    {%- endfor %}
    shown.source_id,
    shown.vintage
from shown
left join {{ ref('share_turnover') }} as turnover on {{ same(state() + period(), 'shown', 'turnover') }}
where shown.breakdown = 'total'
