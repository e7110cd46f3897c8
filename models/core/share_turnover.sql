{% set flows = {'export': 'exports', 'import': 'imports'} %}

with

shares as (
    {% for name, flow in flows.items() %}
        select
            {{ columns(state() + period()) }},
            breakdown,
            technology_id,
            partner_id,
            '{{ name }}' as flow,
            cast({{ name }}_share_pct as decimal(18, 12)) as share_pct
        from {{ ref('trade_measures') }}
        where breakdown in ('partner', 'technology') and {{ name }}_share_pct is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Each share is in its year, and negative in the next: the sum is the change. A new member's is its whole share.
signed as (
    {% for sign, years_later in [(1, 0), (-1, 1)] %}
        select
            source_id,
            vintage,
            cast(data_year + {{ years_later }} as int) as data_year,
            breakdown,
            technology_id,
            partner_id,
            flow,
            cast({{ sign }} * share_pct as decimal(18, 12)) as share_pct,
            {{ sign }} as side
        from shares
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

changes as (
    select
        {{ columns(state() + period()) }},
        breakdown,
        flow,
        abs(sum(share_pct)) as change_pp,
        min(side) as least_side,
        max(side) as most_side
    from signed
    group by {{ columns(state() + period()) }}, breakdown, flow, technology_id, partner_id
),

-- Only years that have a year before. DECIMALs are added exactly, so a sum is the same in every build.
turnover as (
    select
        {{ columns(state() + period()) }},
        concat(flow, ' ', breakdown) as shares_of,
        cast(sum(change_pp) as double) / 2 as turnover_pp
    from changes
    group by {{ columns(state() + period()) }}, breakdown, flow
    having min(least_side) < max(most_side)
),

wide as (
    select
        {{ columns(state() + period()) }},
    {% for shares in ['export partner', 'import partner', 'export technology', 'import technology'] %}
        max(case when shares_of = '{{ shares }}' then turnover_pp end) as {{ shares | replace(' ', '_') }}_turnover_pp
        {{- ',' if not loop.last }}
    {% endfor %}
    from turnover
    group by {{ columns(state() + period()) }}
)

select * from wide
