-- Contributions of the members, in percentage points, add up to the growth of the total, except for rounding.
with

measures as (
    select * from {{ ref('trade_measures') }}
    where breakdown in ('technology', 'region', 'partner', 'total') and data_year > base_year
),

sums as (
    select
        {{ columns(state() + period()) }},
        breakdown,
        count(*) as members,
        sum(exports_growth_contribution_pp) as exports_contributions_pp,
        sum(imports_growth_contribution_pp) as imports_contributions_pp
    from measures
    group by {{ columns(state() + period()) }}, breakdown
),

totals as (
    select * from {{ ref('trade_measures') }}
    where breakdown = 'total'
),

before as (
    select
        {{ columns(state()) }},
        exports_usd_millions,
        imports_usd_millions,
        data_year + 1 as data_year
    from totals
)

select sums.*
from sums
inner join totals on {{ same(state() + period(), 'sums', 'totals') }}
inner join before on {{ same(state() + period(), 'sums', 'before') }}
where
    sums.exports_contributions_pp is null
    or sums.imports_contributions_pp is null
    or abs(sums.exports_contributions_pp - totals.exports_growth_pct)
    > 100 * 0.1 * (sums.members + 1) / before.exports_usd_millions
    or abs(sums.imports_contributions_pp - totals.imports_growth_pct)
    > 100 * 0.1 * (sums.members + 1) / before.imports_usd_millions
