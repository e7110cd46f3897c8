-- Each year of advanced technology products in the annual series is the sum of its months in that state, rounded; and
-- the year, the year to December and the twelve months to December are that sum too, as `merchandise_trade` has it.
{% set flows = ['exports', 'imports'] %}

with

annual as (
    select
        'census_country' as source_id,
        vintage,
        data_year,
        atp_exports_usd_millions as exports_usd_millions,
        atp_imports_usd_millions as imports_usd_millions
    from {{ ref('census_merchandise_trade') }}
),

summed as (
    select * from {{ ref('trade') }}
    where breakdown = 'total'
),

windows as (
    select * from {{ ref('trade_windows') }}
    where
        product_type = 'advanced_technology_products' and technology_id = 'all' and partner_id = 'all'
        and data_month = 12 and window_type <> 'month' and is_complete
),

compared as (
    {% for flow in flows %}
        select
            'seeds/census/census_merchandise_trade.csv' as place,
            'its months in seeds/census/census_atp_by_month.csv add up to ' as compared_with,
            annual.vintage,
            annual.data_year,
            '{{ flow }}' as flow,
            annual.{{ flow }}_usd_millions as found,
            summed.{{ flow }}_usd_millions as sum_of_months
        from annual
        left join summed on {{ same(state() + period(), 'annual', 'summed') }}
        union all
        select
            concat('marts.trade_windows, source ', windows.source_id, ', ', windows.window_type) as place,
            'marts.merchandise_trade has ' as compared_with,
            windows.vintage,
            windows.data_year,
            '{{ flow }}' as flow,
            cast(windows.{{ flow }}_usd_millions as decimal(18, 1)) as found,
            trade.{{ flow }}_usd_millions as sum_of_months
        from windows
        left join {{ ref('merchandise_trade') }} as trade
            on {{ same(state() + period() + ['product_type'], 'windows', 'trade') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    concat(
        place, ', vintage ', vintage, ', year ', data_year, ', advanced technology ', flow, ': ',
        coalesce(cast(found as string), 'nothing'),
        ', but ', compared_with,
        coalesce(cast(sum_of_months as string), 'nothing, since they are not all there')
    ) as problem
from compared
where found is null or sum_of_months is null or found <> sum_of_months
