-- Twelve months are those that ended a month before, plus the month, less the same month a year before.
with

months as (
    select * from {{ ref('trade_windows') }}
    where window_type = 'month'
),

twelve_months as (
    select
        *,
        12 * data_year + data_month as month_number
    from {{ ref('trade_windows') }}
    where window_type = 'twelve_months' and is_complete
)

select
    later.data_year,
    later.data_month,
    later.exports_usd_millions,
    later.imports_usd_millions
from twelve_months as later
inner join twelve_months as earlier
    on
        {{ same(state() + ['product_type', 'technology_id', 'partner_id'], 'later', 'earlier') }}
        and later.month_number = earlier.month_number + 1
inner join months
    on {{ same(state() + month() + ['product_type', 'technology_id', 'partner_id'], 'later', 'months') }}
where
    {% for amount in ['exports', 'imports', 'balance', 'total_trade'] %}
        {{ 'or ' if not loop.first }}later.{{ amount }}_usd_millions is null
        or later.{{ amount }}_usd_millions - earlier.{{ amount }}_usd_millions
        <> months.{{ amount }}_change_usd_millions
    {% endfor %}
