{% set flows = {'export': 'exports', 'import': 'imports'} %}
{% set flows_and_balance = {'export': 'exports', 'import': 'imports', 'balance': 'balance'} %}

with

-- What the Bureau counts in one area is added up. The area is where the fact has its technology, so that the fact's
-- windows and ranks serve here too. D66 in DECISIONS.md.
folded as (
    select
        {{ columns(state() + period(), 'trade') }},
        trade.product_type,
        coalesce(technologies.counted_in_census_area_code, 'all') as technology_id,
        trade.region_id,
        trade.partner_id,
        trade.breakdown,
        {% for flow in flows_and_balance.values() %}
            {{ whole_sum('trade.' ~ flow ~ '_usd_millions') }} as {{ flow }}_usd_millions,
        {% endfor %}
        trade.is_residual
    from {{ ref('trade') }} as trade
    left join {{ ref('technologies') }} as technologies on trade.technology_id = technologies.technology_id
    where trade.breakdown in ('total', 'technology')
    group by
        {{ columns(state() + period(), 'trade') }},
        trade.product_type,
        technologies.counted_in_census_area_code,
        trade.region_id,
        trade.partner_id,
        trade.breakdown,
        trade.is_residual
),

ranked as (
    select
        *,
        {% for name, flow in flows_and_balance.items() %}
            {{ rank_among(flow ~ '_usd_millions') }} as {{ name }}_rank,
        {% endfor %}
        {% for flow in flows.values() %}
            max(case when breakdown = 'total' then {{ flow }}_usd_millions end)
                over of_product_type as total_{{ flow }},
            sum(case when breakdown = 'technology' then {{ flow }}_usd_millions * {{ flow }}_usd_millions end)
                over of_product_type as {{ flow }}_squares,
        {% endfor %}
        {% for sign, words in {'>': 'in_surplus', '<': 'in_deficit'}.items() %}
            sum(case
                when breakdown = 'technology' then case when balance_usd_millions {{ sign }} 0 then 1 else 0 end
            end) over of_product_type as areas_{{ words }},
        {% endfor %}
        min(data_year) over of_source as base_year
    from folded
    {{ trade_windows() }}
),

compared as (
    select
        *,
        {% for name, flow in flows_and_balance.items() %}
            max({{ flow }}_usd_millions) over year_before as previous_{{ flow }},
            max({{ name }}_rank) over year_before as previous_{{ name }}_rank,
        {% endfor %}
        {% for flow in flows.values() %}
            max(total_{{ flow }}) over year_before as previous_total_{{ flow }},
            max(case when data_year = base_year then {{ flow }}_usd_millions end)
                over of_series as {{ flow }}_in_base_year,
        {% endfor %}
        nullif(data_year - base_year, 0) as years_since_base
    from ranked
    {{ trade_windows() }}
)

select
    {{ columns(state() + period()) }},
    technology_id as census_area_code,
    exports_usd_millions,
    imports_usd_millions,
    balance_usd_millions,
    {{ ratio('exports_usd_millions', 'imports_usd_millions') }} as coverage_ratio,
    {{ ratio('balance_usd_millions', '(exports_usd_millions + imports_usd_millions)') }} as normalized_balance,
    balance_usd_millions > 0 as is_surplus,
    cast(sign(balance_usd_millions) as int) as balance_sign,
    cast(exports_usd_millions + imports_usd_millions as decimal(18, 1)) as total_trade_usd_millions,
    100 * {{ ratio('(exports_usd_millions + imports_usd_millions)', '(total_exports + total_imports)') }}
        as total_trade_share_pct,
    cast(balance_usd_millions - previous_balance as decimal(18, 1)) as balance_change_usd_millions,
    base_year,
    {% for name in flows_and_balance %}
        {{ name }}_rank,
        {{ name }}_rank - previous_{{ name }}_rank as {{ name }}_rank_change,
    {% endfor %}
    {% for name, flow in flows.items() %}
        100 * {{ ratio(flow ~ '_usd_millions', 'total_' ~ flow) }} as {{ name }}_share_pct,
        100 * {{ ratio('(' ~ flow ~ '_usd_millions - previous_' ~ flow ~ ')', 'previous_' ~ flow) }}
            as {{ flow }}_growth_pct,
        100 * {{ ratio('(' ~ flow ~ '_usd_millions - previous_' ~ flow ~ ')', 'previous_total_' ~ flow) }}
            as {{ flow }}_growth_contribution_pp,
        {{ cagr(flow ~ '_in_base_year', flow ~ '_usd_millions', 'years_since_base') }}
            as {{ flow }}_cagr_since_base_pct,
        case
            when breakdown = 'total'
                then {{ hhi(flow ~ '_squares', 'total_' ~ flow) }}
        end as {{ name }}_census_area_hhi,
    {% endfor %}
    case when breakdown = 'total' then cast(areas_in_surplus as int) end as census_areas_in_surplus,
    case when breakdown = 'total' then cast(areas_in_deficit as int) end as census_areas_in_deficit
from compared
