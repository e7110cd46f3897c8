{% set flows = ['exports', 'imports'] %}

with

trade as (
    {{ shown_products() }} and sums.census_area_code is not null
),

-- A balance needs both flows.
years as (
    select
        {{ columns(state() + period()) }}
    from {{ ref('product_years') }}
    where is_shown
    group by {{ columns(state() + period()) }}
    having count(*) = 2
),

subheadings as (
    select
        {{ columns(state() + period(), 'trade') }},
        substring(trade.product_code, 1, 6) as subheading_code,
    {% for flow in flows %}
        cast(
            coalesce(sum(case when trade.flow = '{{ flow }}' then trade.value_usd end), 0) / 1000000
            as decimal(18, 6)
        ) as {{ flow }}_usd_millions{{ ',' if not loop.last }}
    {% endfor %}
    from trade
    inner join years on {{ same(state() + period(), 'trade', 'years') }}
    group by {{ columns(state() + period(), 'trade') }}, substring(trade.product_code, 1, 6)
),

balanced as (
    select
        *,
        cast(exports_usd_millions - imports_usd_millions as decimal(18, 6)) as balance_usd_millions
    from subheadings
)

select
    data_year,
    subheading_code,
    exports_usd_millions,
    imports_usd_millions,
    balance_usd_millions,
    cast(rank() over (partition by {{ columns(state() + period()) }} order by balance_usd_millions) as int)
        as deficit_rank,
    source_id,
    vintage
from balanced
