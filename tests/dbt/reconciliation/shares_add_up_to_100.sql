-- The members of a breakdown add up to the total, except for the rounding of n members and the total.
with

sums as (
    select
        {{ columns(state() + period()) }},
        breakdown,
        count(*) as members,
        sum(export_share_pct) as export_shares_pct,
        sum(import_share_pct) as import_shares_pct
    from {{ ref('trade_measures') }}
    where breakdown in ('technology', 'region', 'partner', 'total')
    group by {{ columns(state() + period()) }}, breakdown
),

totals as (
    select * from {{ ref('trade_measures') }}
    where breakdown = 'total'
)

select sums.*
from sums
inner join totals on {{ same(state() + period(), 'sums', 'totals') }}
where
    sums.export_shares_pct is null
    or sums.import_shares_pct is null
    or abs(sums.export_shares_pct - 100) > 100 * {{ half_unit() }} * (sums.members + 1) / totals.exports_usd_millions
    or abs(sums.import_shares_pct - 100) > 100 * {{ half_unit() }} * (sums.members + 1) / totals.imports_usd_millions
