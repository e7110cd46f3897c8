{% set flows = ['exports', 'imports', 'balance'] %}
{% set ends = ['first', 'last'] %}

with

trade as (
    {{ shown_states('trade') }}
),

shown as (
    select
        trade.*,
        comparability.is_break
    from trade
    inner join {{ ref('comparability') }} as comparability on {{ same(fact_key(), 'trade', 'comparability') }}
),

years as (
    select distinct
        {{ columns(state() + period()) }},
        breakdown
    from shown
    where breakdown in ('total', 'technology', 'region', 'partner')
),

pairs as (
    select
        {{ columns(state(), 'earlier') }},
        earlier.breakdown,
        earlier.data_year as first_year,
        later.data_year as last_year
    from years as earlier
    inner join years as later
        on {{ same(state() + ['breakdown'], 'earlier', 'later') }} and earlier.data_year < later.data_year
),

-- A member without a row in one of the years had no trade in it.
changes as (
    select
        {{ columns(state(), 'pairs') }},
        pairs.first_year,
        pairs.last_year,
        pairs.breakdown,
        shown.technology_id,
        shown.region_id,
        shown.partner_id,
        shown.is_residual,
        {% for flow in flows %}{% for end in ends %}
            coalesce(sum(case when shown.data_year = pairs.{{ end }}_year then shown.{{ flow }}_usd_millions end), 0)
                as {{ end }}_{{ flow }},
        {% endfor %}{% endfor %}
        max(case when shown.is_break and shown.data_year > pairs.first_year then 1 else 0 end) as breaks
    from pairs
    inner join shown
        on
            {{ same(state() + ['breakdown'], 'pairs', 'shown') }}
            and shown.data_year between pairs.first_year and pairs.last_year
    group by
        {{ columns(state(), 'pairs') }},
        pairs.first_year,
        pairs.last_year,
        pairs.breakdown,
        shown.technology_id,
        shown.region_id,
        shown.partner_id,
        shown.is_residual
),

with_gross_change as (
    select
        *,
        sum(abs(last_balance - first_balance)) over ({{ among(['first_year', 'last_year', 'breakdown']) }})
            as gross_change
    from changes
),

totals as (
    select * from shown
    where breakdown = 'total'
)

select
    changes.first_year,
    changes.last_year,
    changes.breakdown,
    coalesce(partners.partner_id, regions.region_id, technologies.technology_id, 'all') as member_id,
    coalesce(partners.partner_name, regions.region_name, technologies.technology_name, 'All') as member_name,
    changes.is_residual,
    {% for flow in flows %}
        cast(changes.last_{{ flow }} - changes.first_{{ flow }} as decimal(18, 1)) as {{ flow }}_change_usd_millions,
    {% endfor %}
    {% for flow in flows[:2] %}
        {{ cagr('changes.first_' ~ flow, 'changes.last_' ~ flow, '(changes.last_year - changes.first_year)') }}
            as {{ flow }}_cagr_pct,
    {% endfor %}
    cast(last_totals.balance_usd_millions - first_totals.balance_usd_millions as decimal(18, 1))
        as total_balance_change_usd_millions,
    100
    * {{ ratio('(changes.last_balance - changes.first_balance)', 'changes.gross_change') }}
        as share_of_gross_change_pct,
    100 * {{ ratio(
        '(changes.last_balance - changes.first_balance)',
        '(first_totals.exports_usd_millions + first_totals.imports_usd_millions)',
    ) }} as balance_change_to_trade_pct,
    changes.breaks = 0 as is_comparable_with_first_year,
    changes.source_id,
    changes.vintage
from with_gross_change as changes
left join totals as first_totals
    on {{ same(state(), 'changes', 'first_totals') }} and changes.first_year = first_totals.data_year
left join totals as last_totals
    on {{ same(state(), 'changes', 'last_totals') }} and changes.last_year = last_totals.data_year
left join {{ ref('dim_partner') }} as partners on changes.partner_id = partners.partner_id
left join {{ ref('dim_region') }} as regions on changes.breakdown = 'region' and changes.region_id = regions.region_id
left join {{ ref('dim_technology') }} as technologies on changes.technology_id = technologies.technology_id
