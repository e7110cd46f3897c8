-- The Census Bureau's areas are the technologies: an area of one technology has its measures, and an area of several
-- their sum. So area 04 is never without computer software.
{% set same_measures = [
    'exports_usd_millions', 'imports_usd_millions', 'balance_usd_millions', 'export_share_pct', 'import_share_pct',
    'coverage_ratio', 'normalized_balance', 'exports_growth_pct', 'imports_growth_pct', 'balance_change_usd_millions',
    'exports_growth_contribution_pp', 'imports_growth_contribution_pp', 'base_year', 'exports_cagr_since_base_pct',
    'imports_cagr_since_base_pct',
] %}

with

sums as (
    select
        {{ columns(state() + period()) }},
        counted_in_census_area_code as census_area_code,
        sum(exports_usd_millions) as exports_usd_millions,
        sum(imports_usd_millions) as imports_usd_millions,
        sum(balance_usd_millions) as balance_usd_millions,
        sum(export_share_pct) as export_share_pct,
        sum(import_share_pct) as import_share_pct
    from {{ ref('trade_by_technology') }}
    group by {{ columns(state() + period()) }}, counted_in_census_area_code
),

areas as (
    select
        areas.*,
        sums.exports_usd_millions as exports_of_technologies,
        sums.imports_usd_millions as imports_of_technologies,
        sums.balance_usd_millions as balance_of_technologies,
        sums.export_share_pct as export_shares_of_technologies,
        sums.import_share_pct as import_shares_of_technologies
    from {{ ref('trade_by_census_area') }} as areas
    full outer join sums on {{ same(state() + period() + ['census_area_code'], 'areas', 'sums') }}
)

select
    census_area_code,
    data_year,
    'is not the sum of its technologies' as what_is_wrong
from areas
where
    exports_usd_millions is distinct from exports_of_technologies
    or imports_usd_millions is distinct from imports_of_technologies
    or balance_usd_millions is distinct from balance_of_technologies
    or not coalesce(abs(export_share_pct - export_shares_of_technologies) < 0.000001, false)
    or not coalesce(abs(import_share_pct - import_shares_of_technologies) < 0.000001, false)
{% for measure in same_measures %}
    union all
    select
        areas.census_area_code,
        areas.data_year,
        '{{ measure }} is not that of its technology' as what_is_wrong
    from {{ ref('trade_by_census_area') }} as areas
    inner join {{ ref('trade_by_technology') }} as technologies
        on {{ same(state() + period() + ['census_area_code'], 'areas', 'technologies') }}
    where areas.{{ measure }} is distinct from technologies.{{ measure }}
{% endfor %}
