{% set shown = [
    'data_year', 'exports_usd_millions', 'imports_usd_millions', 'balance_usd_millions', 'total_trade_usd_millions',
    'export_rank', 'export_share_pct', 'import_rank', 'import_share_pct', 'source_id', 'vintage',
] %}

with

-- The last year with partners in each area. No two sources have the same year there.
latest as (
    select distinct
        source_id,
        vintage,
        data_year
    from {{ ref('trade_by_technology_and_partner') }}
    where data_year = (select max(found.data_year) from {{ ref('trade_by_technology_and_partner') }} as found)
),

period as (
    {{ report_period() }}
),

-- Beside it the report's last year, if there is a later one.
years as (
    select * from latest
    union all
    select
        report.source_id,
        report.vintage,
        period.last_data_year as data_year
    from latest
    cross join {{ ref('stg_nsf07329__report') }} as report
    cross join period
),

members as (
    select
        areas.census_area_code,
        'all' as partner_id,
        areas.{{ shown | join(',\n        areas.') }}
    from {{ ref('trade_by_census_area') }} as areas
    inner join years on {{ same(state() + period(), 'areas', 'years') }}
    union all
    select
        partners.census_area_code,
        partners.partner_id,
        partners.{{ shown | join(',\n        partners.') }}
    from {{ ref('trade_by_technology_and_partner') }} as partners
    inner join latest on {{ same(state() + period(), 'partners', 'latest') }}
    union all
    select
        'all' as census_area_code,
        partners.partner_id,
        partners.{{ shown | join(',\n        partners.') }}
    from {{ ref('trade_by_partner') }} as partners
    inner join latest on {{ same(state() + period(), 'partners', 'latest') }}
),

ranked as (
    select
        *,
        case when census_area_code = 'all' then rank() over (
            partition by source_id, vintage, data_year, census_area_code order by total_trade_usd_millions desc
        ) end as trade_rank
    from members
)

select
    ranked.census_area_code,
    coalesce(areas.technology_name, 'All technologies') as census_area_name,
    ranked.partner_id,
    partners.partner_name,
    ranked.{{ shown | join(',\n    ranked.') }},
    cast(ranked.trade_rank as int) as trade_rank
from ranked
left join {{ ref('dim_technology') }} as areas on ranked.census_area_code = areas.census_area_code
left join {{ ref('dim_partner') }} as partners on ranked.partner_id = partners.partner_id
where ranked.partner_id = 'all' or ranked.export_rank <= 3 or ranked.import_rank <= 3 or ranked.trade_rank <= 12
