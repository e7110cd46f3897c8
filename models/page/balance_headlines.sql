{% set starts = {'first': 0, 'second': 1} %}
{% set flows = ['export', 'import'] %}

with

period as (
    {{ report_period() }}
),

-- From two base years, since the first is uncertain.
changes as (
    select
        changes.*,
        changes.first_year - period.first_data_year as start_in_order
    from ({{ of_report('balance_changes') }}) as changes
    inner join period on changes.last_year = period.last_data_year
    where not changes.is_residual
),

largest_fall as (
    select min_by(member_id, balance_change_usd_millions) as partner_id
    from changes
    where breakdown = 'partner' and start_in_order = 0
),

falls as (
    select
        max(case when changes.breakdown = 'partner' then changes.member_name end) as largest_fall_partner_name,
    {% for start, order in starts.items() %}
        cast(-max(
            case
                when changes.breakdown = 'total' and changes.start_in_order = {{ order }}
                    then changes.balance_change_usd_millions
            end
            ) / 1000 as decimal(18, 1)) as balance_fall_since_{{ start }}_year_usd_billions,
        cast(-max(
            case
                when changes.breakdown = 'partner' and changes.start_in_order = {{ order }}
                    then changes.balance_change_usd_millions
            end
            ) / 1000 as decimal(18, 1)) as largest_partner_fall_since_{{ start }}_year_usd_billions
        {{- ',' if not loop.last }}
    {% endfor %}
    from changes
    inner join largest_fall on changes.breakdown = 'total' or changes.member_id = largest_fall.partner_id
),

goods as (
    select
        trade.*,
        min(trade.data_year) over () as earliest_year
    from {{ ref('merchandise_trade') }} as trade
    inner join {{ ref('stg_nsf07329__report') }} as report on trade.source_id = report.later_source_id
    where trade.product_type = 'advanced_technology_products'
),

shares as (
    select
        max(goods.earliest_year) as earliest_goods_year,
    {% for flow in flows %}
        {% for name, year in {
            'earliest': 'goods.earliest_year', 'first': 'period.first_data_year', 'last': 'period.last_data_year'
        }.items() %}
        cast(max(case when goods.data_year = {{ year }} then goods.{{ flow }}_share_of_goods_pct end) as decimal(5, 1))
            as {{ name }}_year_{{ flow }}_share_of_goods_pct
        {{- ',' if not loop.last }}
    {% endfor %}
        {{- ',' if not loop.last }}
    {% endfor %}
    from goods
    cross join period
)

select
    falls.*,
    shares.*
from falls
cross join shares
