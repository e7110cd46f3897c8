with

shown as (
    {{ shown_states('trade') }}
),

years as (
    select distinct
        {{ columns(state() + period()) }},
        breakdown
    from shown
    where breakdown in ('technology', 'region', 'partner')
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
    {% for flow in ['exports', 'imports', 'balance'] %}
        cast(
            sum(case shown.data_year when pairs.last_year then 1 else -1 end * shown.{{ flow }}_usd_millions)
            as decimal(18, 1)
        ) as {{ flow }}_change_usd_millions
        {{- ',' if not loop.last }}
    {% endfor %}
    from pairs
    inner join shown
        on
            {{ same(state() + ['breakdown'], 'pairs', 'shown') }}
            and shown.data_year in (pairs.first_year, pairs.last_year)
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
        sum(abs(balance_change_usd_millions)) over ({{ among(['first_year', 'last_year', 'breakdown']) }})
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
    coalesce(partners.partner_id, regions.region_id, technologies.technology_id) as member_id,
    coalesce(partners.partner_name, regions.region_name, technologies.technology_name) as member_name,
    changes.is_residual,
    changes.exports_change_usd_millions,
    changes.imports_change_usd_millions,
    changes.balance_change_usd_millions,
    cast(last_totals.balance_usd_millions - first_totals.balance_usd_millions as decimal(18, 1))
        as total_balance_change_usd_millions,
    100 * {{ ratio('changes.balance_change_usd_millions', 'changes.gross_change') }} as share_of_gross_change_pct,
    100 * {{ ratio(
        'changes.balance_change_usd_millions',
        '(first_totals.exports_usd_millions + first_totals.imports_usd_millions)',
    ) }} as balance_change_to_trade_pct,
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
