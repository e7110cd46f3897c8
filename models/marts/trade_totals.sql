with

shown as (
    {{ shown_states('trade_measures') }}
)

select
    shown.data_year,
    {{ measure_columns(measures_of_totals(), without=measures_of_members_alone()) }},
    turnover.export_partner_turnover_pp,
    turnover.import_partner_turnover_pp,
    turnover.export_technology_turnover_pp,
    turnover.import_technology_turnover_pp,
    shown.source_id,
    shown.vintage
from shown
left join {{ ref('share_turnover') }} as turnover on {{ same(state() + period(), 'shown', 'turnover') }}
where shown.breakdown = 'total'
