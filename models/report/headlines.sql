{% set first_year, last_year = var('report_years') | first, var('report_years') | last %}

with

totals as (
    {{ of_report('trade_totals') }}
),

trade as (
    select
        min(data_year) as first_data_year,
        max(data_year) as last_data_year,
        max(case when balance_usd_millions >= 0 then data_year end) + 1 as deficit_since_year,
        {% for flow in ['exports', 'imports', 'balance'] %}
            max(case when data_year = {{ last_year }} then {{ flow }}_usd_millions end) / 1000 as {{ flow }},
        {% endfor %}
        max(case when data_year = {{ last_year }} then technologies_in_surplus end) as technologies_in_surplus,
        max(case when data_year = {{ first_year }} then export_partner_hhi end) as first_export_partner,
        max(case when data_year = {{ last_year }} then export_partner_hhi end) as last_export_partner,
        max(case when data_year = {{ first_year }} then import_partner_hhi end) as first_import_partner,
        max(case when data_year = {{ last_year }} then import_partner_hhi end) as last_import_partner
    from totals
),

earlier as (
    select count(balance.data_year) as years_in_surplus
    from {{ ref('merchandise_trade_balance') }} as balance
    inner join trade on balance.data_year < trade.deficit_since_year
    inner join {{ ref('stg_nsf07329__report') }} as report on balance.source_id = report.later_source_id
    where
        balance.product_type = 'advanced_technology_products'
        and balance.balance_usd_millions > 0
),

technologies as (
    select
        max_by(technology_name, balance_usd_millions) as highest_name,
        max(balance_usd_millions) / 1000 as highest,
        min_by(technology_name, balance_usd_millions) as lowest_name,
        -min(balance_usd_millions) / 1000 as lowest,
        max_by(technology_name, exports_usd_millions) as largest_export,
        max_by(technology_name, imports_usd_millions) as largest_import,
        count(technology_id) as technologies
    from ({{ of_report('trade_by_technology') }})
    where data_year = {{ last_year }}
),

partners as (
    select
        max_by(partner_name, exports_usd_millions) as market,
        max(export_share_pct) as market_share,
        max_by(partner_name, imports_usd_millions) as supplier,
        max(import_share_pct) as supplier_share,
        min_by(partner_name, balance_usd_millions) as deficit_name,
        -min(balance_usd_millions) / 1000 as deficit,
        sum(case when is_surplus then 1 else 0 end) as in_surplus,
        count(partner_id) as partners
    from ({{ of_report('trade_by_partner') }})
    where data_year = {{ last_year }} and export_rank is not null
),

largest as (
    select
        max(case when data_year = {{ last_year }} then member_name end) as largest_name,
        max(case when data_year = {{ last_year }} then trade_usd_millions end) / 1000 as largest_trade,
        max(case when data_year = {{ first_year }} then member_name end) as first_name
    from {{ ref('partners_and_regions') }}
    where breakdown = 'partner' and trade_rank = 1
),

places as (
    select
        max(case when ranked.flow = 'exports' and ranked.data_year = {{ first_year }} then ranked.place end)
            as first_exports,
        max(case when ranked.flow = 'exports' and ranked.data_year = {{ last_year }} then ranked.place end)
            as last_exports,
        max(case when ranked.flow = 'imports' and ranked.data_year = {{ first_year }} then ranked.place end)
            as first_imports,
        max(case when ranked.flow = 'imports' and ranked.data_year = {{ last_year }} then ranked.place end)
            as last_imports
    from {{ ref('rankings') }} as ranked
    inner join largest on ranked.member_name = largest.largest_name
    where ranked.breakdown = 'partner'
),

areas_by_partner as (
    select
        flow,
        partner_name,
        count(distinct technology_id) as areas
    from ({{ of_report('top_partners_by_technology') }})
    where technology_id <> 'all'
    group by flow, partner_name
),

figures as (
    select
        max_by(case when flow = 'exports' then partner_name end, case when flow = 'exports' then areas end)
            as market_in_most_areas,
        max(case when flow = 'exports' then areas end) as market_areas,
        max_by(case when flow = 'imports' then partner_name end, case when flow = 'imports' then areas end)
            as supplier_in_most_areas,
        max(case when flow = 'imports' then areas end) as supplier_areas
    from areas_by_partner
),

one_row as (
    select
        cast(trade.first_data_year as int) as first_data_year,
        cast(trade.last_data_year as int) as last_data_year,
        cast(trade.deficit_since_year as int) as deficit_since_year,
        cast(earlier.years_in_surplus as int) as years_in_surplus_before,
        cast(trade.exports as decimal(18, 1)) as exports_usd_billions,
        cast(trade.imports as decimal(18, 1)) as imports_usd_billions,
        cast(trade.balance as decimal(18, 1)) as balance_usd_billions,
        cast(technologies.technologies as int) as technologies,
        cast(trade.technologies_in_surplus as int) as technologies_in_surplus,
        technologies.highest_name as largest_surplus_technology_name,
        cast(technologies.highest as decimal(18, 1)) as largest_technology_surplus_usd_billions,
        technologies.lowest_name as largest_deficit_technology_name,
        cast(technologies.lowest as decimal(18, 1)) as largest_technology_deficit_usd_billions,
        technologies.largest_export as largest_export_technology_name,
        technologies.largest_import as largest_import_technology_name,
        cast(partners.partners as int) as partners,
        cast(partners.in_surplus as int) as partners_in_surplus,
        partners.deficit_name as largest_deficit_partner_name,
        cast(partners.deficit as decimal(18, 1)) as largest_partner_deficit_usd_billions,
        partners.market as largest_market_name,
        cast(partners.market_share as decimal(5, 1)) as largest_market_share_pct,
        partners.supplier as largest_supplier_name,
        cast(partners.supplier_share as decimal(5, 1)) as largest_supplier_share_pct,
        largest.largest_name as largest_partner_name,
        cast(largest.largest_trade as decimal(18, 1)) as largest_partner_trade_usd_billions,
        largest.first_name as first_year_largest_partner_name,
        cast(places.first_exports as int) as largest_partner_first_year_export_rank,
        cast(places.last_exports as int) as largest_partner_last_year_export_rank,
        cast(places.first_imports as int) as largest_partner_first_year_import_rank,
        cast(places.last_imports as int) as largest_partner_last_year_import_rank,
        figures.market_in_most_areas as market_in_most_areas_name,
        cast(figures.market_areas as int) as market_in_most_areas,
        figures.supplier_in_most_areas as supplier_in_most_areas_name,
        cast(figures.supplier_areas as int) as supplier_in_most_areas,
        cast(trade.first_export_partner as decimal(18, 0)) as first_year_export_partner_hhi,
        cast(trade.last_export_partner as decimal(18, 0)) as last_year_export_partner_hhi,
        cast(trade.first_import_partner as decimal(18, 0)) as first_year_import_partner_hhi,
        cast(trade.last_import_partner as decimal(18, 0)) as last_year_import_partner_hhi
    from trade
    cross join earlier
    cross join technologies
    cross join partners
    cross join places
    cross join largest
    cross join figures
)

select * from one_row
