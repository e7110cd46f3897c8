{% set of_trade = measures() + measures_of_totals() + measures_of_partners() %}
{% set not_metrics = [
    'is_surplus', 'base_year', 'total_trade_usd_millions', 'total_trade_share_pct', 'balance_sign', 'technology_overlap_pct',
    'export_share_of_goods_pct', 'import_share_of_goods_pct', 'export_specialization_ratio', 'import_specialization_ratio',
] %}
{% set flows = {'exports': ('export', 'market'), 'imports': ('import', 'supplier')} %}

with

top_partners as (
    select * from {{ ref('top_partners') }}
    where technology_id <> 'all'
),

-- Of the partners within a technology, the largest: the others would make most of this relation.
largest as (
    select distinct {{ columns(fact_key()) }}
    from top_partners
),

measures as (
    select measures.*
    from {{ ref('trade_measures') }} as measures
    left join largest on {{ same(fact_key(), 'measures', 'largest') }}
    where measures.breakdown <> 'technology_partner' or largest.partner_id is not null
),

-- What only a figure prints; a source with dollar values has its shares and ranks among the measures.
printed as (
    select
        {{ columns(fact_key()) }},
        false as is_residual,
    {% for flow, (name, role) in flows.items() %}
        max(case when flow = '{{ flow }}' then share_pct end) as {{ name }}_share_pct,
        max(case when flow = '{{ flow }}' then partner_rank end) as {{ name }}_rank
        {{- ',' if not loop.last }}
    {% endfor %}
    from top_partners
    where figure_row is not null
    group by {{ columns(fact_key()) }}
),

states as (
    select distinct {{ columns(state() + period()) }}, product_type
    from top_partners
),

-- The members that a source has: the report's are not those of another one.
partners as (
    select
        {{ columns(state() + period()) }},
        product_type,
        region_id,
        partner_id,
        is_residual
    from {{ ref('trade_measures') }}
    where breakdown = 'partner'
),

technologies as (
    select
        {{ columns(state() + period()) }},
        product_type,
        technology_id
    from {{ ref('trade_measures') }}
    where breakdown = 'technology'
),

-- A partner that is never among the three counts 0, so that claims can say "in each area" and "in no area".
counted_partners as (
    select
        {{ columns(state() + period(), 'states') }},
        states.product_type,
        'all' as technology_id,
        partners.region_id,
        partners.partner_id,
        partners.is_residual,
    {% for flow, (name, role) in flows.items() %}
        sum(case when top_partners.flow = '{{ flow }}' then 1 else 0 end) as technologies_as_top_three_{{ role }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from states
    inner join partners on {{ same(state() + period() + ['product_type'], 'states', 'partners') }}
    left join top_partners
        on
            {{ same(state() + period() + ['product_type'], 'states', 'top_partners') }}
            and partners.partner_id = top_partners.partner_id
    group by
        {{ columns(state() + period(), 'states') }},
        states.product_type,
        partners.region_id,
        partners.partner_id,
        partners.is_residual
),

counted_regions as (
    select
        {{ columns(state() + period(), 'states') }},
        states.product_type,
        technologies.technology_id,
        regions.region_id,
        'all' as partner_id,
        regions.is_residual,
    {% for flow, (name, role) in flows.items() %}
        sum(case when top_partners.flow = '{{ flow }}' then 1 else 0 end) as partners_among_top_three_{{ role }}s
        {{- ',' if not loop.last }}
    {% endfor %}
    from states
    inner join technologies on {{ same(state() + period() + ['product_type'], 'states', 'technologies') }}
    cross join {{ ref('regions') }} as regions
    left join top_partners
        on
            {{ same(state() + period() + ['product_type'], 'states', 'top_partners') }}
            and technologies.technology_id = top_partners.technology_id
            and regions.region_id = top_partners.region_id
    where regions.region_id <> 'all'
    group by
        {{ columns(state() + period(), 'states') }},
        states.product_type,
        technologies.technology_id,
        regions.region_id,
        regions.is_residual
),

long as (
    {{ long_metrics('measures', of_trade | reject('in', not_metrics) | list) }}
    union all
    {{ long_metrics('printed', ['export_share_pct', 'import_share_pct', 'export_rank', 'import_rank']) }}
    union all
    {{ long_metrics('counted_partners', ['technologies_as_top_three_market', 'technologies_as_top_three_supplier']) }}
    union all
    {{ long_metrics('counted_regions', ['partners_among_top_three_markets', 'partners_among_top_three_suppliers']) }}
)

select * from long
