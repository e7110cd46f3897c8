{% set ends = [('first', 'export'), ('first', 'import'), ('last', 'export'), ('last', 'import')] %}

with

totals as (
    {{ of_report('trade_totals') }}
),

period as (
    {{ report_period() }}
),

deficit as (
    select cast(max(case when balance_usd_millions >= 0 then data_year end) + 1 as int) as deficit_since_year
    from totals
),

-- For the years before the report's tables begin, only the source that continues them has numbers; of those, the years
-- that Figure 1 shows.
earlier as (
    select
        cast(coalesce(
            max(case when balance.balance_usd_millions <= 0 then balance.data_year end) + 1, min(balance.data_year)
        ) as int) as surplus_since_year
    from {{ ref('merchandise_trade') }} as balance
    inner join {{ ref('stg_nsf07329__report') }} as report on balance.source_id = report.later_source_id
    inner join deficit on balance.data_year < deficit.deficit_since_year
    inner join {{ ref('exhibits') }} as exhibits
        on exhibits.exhibit_id = 'figure_1' and balance.data_year >= exhibits.first_year
    where balance.product_type = 'advanced_technology_products'
),

totals_at_the_ends as (
    select
        {% for flow in ['exports', 'imports', 'balance'] %}
            cast(last_year.{{ flow }}_usd_millions / 1000 as decimal(18, 1)) as {{ flow }}_usd_billions,
        {% endfor %}
        cast(last_year.technologies_in_surplus as int) as technologies_in_surplus,
        cast(first_year.balance_usd_millions / 1000 as decimal(18, 1)) as first_year_balance_usd_billions
    from period
    inner join totals as last_year on period.last_data_year = last_year.data_year
    inner join totals as first_year on period.first_data_year = first_year.data_year
),

ends_of_concentration as (
    select
        concentrated.*,
        case concentrated.data_year when period.first_data_year then 'first' else 'last' end as at_end
    from {{ ref('concentration') }} as concentrated
    inner join period on concentrated.data_year in (period.first_data_year, period.last_data_year)
    where concentrated.breakdown = 'partner'
),

concentration as (
    select
        max(case when flow = 'exports' and at_end = 'last' then hhi_direction end) as export_partner_concentration,
        max(case when flow = 'imports' and at_end = 'last' then hhi_direction end) as import_partner_concentration,
    {% for end, name in ends %}
        cast(max(case when flow = '{{ name }}s' and at_end = '{{ end }}' then lowest_hhi end) as decimal(18, 1))
            as {{ end }}_year_{{ name }}_partner_lowest_hhi,
        cast(max(case when flow = '{{ name }}s' and at_end = '{{ end }}' then highest_hhi end) as decimal(18, 1))
            as {{ end }}_year_{{ name }}_partner_highest_hhi
        {{- ',' if not loop.last }}
    {% endfor %}
    from ends_of_concentration
),

technologies as (
    select
        cast(max(trade.balance_usd_millions) / 1000 as decimal(18, 1)) as largest_technology_surplus_usd_billions,
        cast(-min(trade.balance_usd_millions) / 1000 as decimal(18, 1)) as largest_technology_deficit_usd_billions,
        cast(count(trade.technology_id) as int) as technologies,
        max_by(trade.technology_name, trade.balance_usd_millions) as largest_surplus_technology_name,
        min_by(trade.technology_name, trade.balance_usd_millions) as largest_deficit_technology_name,
        max_by(trade.technology_name, trade.exports_usd_millions) as largest_export_technology_name,
        max_by(trade.technology_name, trade.imports_usd_millions) as largest_import_technology_name
    from ({{ of_report('trade_by_technology') }}) as trade
    inner join period on trade.data_year = period.last_data_year
),

one_row as (
    select
        period.*,
        deficit.*,
        earlier.*,
        totals_at_the_ends.*,
        concentration.*,
        technologies.*,
        balances.largest_fall_partner_name,
        balances.balance_fall_since_first_year_usd_billions,
        balances.largest_partner_fall_since_first_year_usd_billions,
        balances.balance_fall_since_second_year_usd_billions,
        balances.largest_partner_fall_since_second_year_usd_billions,
        balances.earliest_goods_year,
        balances.earliest_year_export_share_of_goods_pct,
        balances.first_year_export_share_of_goods_pct,
        balances.last_year_export_share_of_goods_pct,
        balances.earliest_year_import_share_of_goods_pct,
        balances.first_year_import_share_of_goods_pct,
        balances.last_year_import_share_of_goods_pct,
        report.source_id,
        report.later_source_id,
        partners.partners,
        partners.partners_in_surplus,
        partners.largest_deficit_partner_name,
        partners.largest_partner_deficit_usd_billions,
        partners.balance_without_that_partner_usd_billions,
        partners.largest_market_name,
        partners.largest_market_share_pct,
        partners.largest_supplier_name,
        partners.largest_supplier_share_pct,
        partners.largest_partner_name,
        partners.largest_partner_trade_usd_billions,
        partners.first_year_largest_partner_name,
        partners.largest_partner_first_year_export_rank,
        partners.largest_partner_last_year_export_rank,
        partners.largest_partner_first_year_import_rank,
        partners.largest_partner_last_year_import_rank,
        partners.market_in_most_areas_name,
        partners.market_in_most_areas,
        partners.supplier_in_most_areas_name,
        partners.supplier_in_most_areas
    from {{ ref('stg_nsf07329__report') }} as report
    cross join period
    cross join deficit
    cross join earlier
    cross join totals_at_the_ends
    cross join concentration
    cross join technologies
    cross join {{ ref('balance_headlines') }} as balances
    cross join {{ ref('partner_headlines') }} as partners
)

select * from one_row
