-- Contributions of the members, in percentage points, make up the growth of the total, but for rounding.
with

sums as (
    select
        data_year,
        breakdown,
        count(*) as members,
        sum(exports_growth_contribution_pp) as exports_contributions_pp,
        sum(imports_growth_contribution_pp) as imports_contributions_pp
    from {{ ref('trade_measures') }}
    where data_year > 2000
    group by data_year, breakdown
),

totals as (
    select * from {{ ref('trade_totals') }}
),

before as (
    select
        exports_usd_millions,
        imports_usd_millions,
        data_year + 1 as data_year
    from totals
)

select sums.*
from sums
inner join totals on sums.data_year = totals.data_year
inner join before on sums.data_year = before.data_year
where
    sums.exports_contributions_pp is null
    or sums.imports_contributions_pp is null
    or abs(sums.exports_contributions_pp - totals.exports_growth_pct)
    > 100 * 0.1 * (sums.members + 1) / before.exports_usd_millions
    or abs(sums.imports_contributions_pp - totals.imports_growth_pct)
    > 100 * 0.1 * (sums.members + 1) / before.imports_usd_millions
