with

totals as (
    {{ of_the_report(ref('trade_totals')) }}
),

period as (
    select
        cast(min(data_year) as int) as first_data_year,
        cast(max(data_year) as int) as last_data_year,
        cast(max(case when balance_usd_millions >= 0 then data_year end) + 1 as int) as deficit_since_year
    from totals
),

-- Before the report's tables begin, the source that continues them is the one that knows.
earlier as (
    select cast(count(balance.data_year) as int) as years_in_surplus_before
    from {{ ref('merchandise_trade_balance') }} as balance
    inner join {{ ref('stg_nsf07329__report') }} as report on balance.source_id = report.later_source_id
    inner join period on balance.data_year < period.deficit_since_year
    where balance.product_type = 'advanced_technology_products' and balance.balance_usd_millions > 0
),

both_ends as (
    select
    {%- for flow in ['exports', 'imports', 'balance'] %}
        cast(last_year.{{ flow }}_usd_millions / 1000 as decimal(18, 1)) as {{ flow }}_usd_billions,
    {%- endfor %}
    {%- for end in ['first_year', 'last_year'] %}
        cast({{ end }}.export_partner_hhi as decimal(18, 0)) as {{ end }}_export_partner_hhi,
        cast({{ end }}.import_partner_hhi as decimal(18, 0)) as {{ end }}_import_partner_hhi,
    {%- endfor %}
        cast(last_year.technologies_in_surplus as int) as technologies_in_surplus
    from period
    inner join totals as first_year on period.first_data_year = first_year.data_year
    inner join totals as last_year on period.last_data_year = last_year.data_year
),

technologies as (
    select
        cast(count(trade.technology_id) as int) as technologies,
        max_by(trade.technology_name, trade.balance_usd_millions) as largest_surplus_technology_name,
        cast(max(trade.balance_usd_millions) / 1000 as decimal(18, 1)) as largest_technology_surplus_usd_billions,
        min_by(trade.technology_name, trade.balance_usd_millions) as largest_deficit_technology_name,
        cast(-min(trade.balance_usd_millions) / 1000 as decimal(18, 1)) as largest_technology_deficit_usd_billions,
        max_by(trade.technology_name, trade.exports_usd_millions) as largest_export_technology_name,
        max_by(trade.technology_name, trade.imports_usd_millions) as largest_import_technology_name
    from ({{ of_the_report(ref('trade_by_technology')) }}) as trade
    inner join period on trade.data_year = period.last_data_year
),

partners as (
    select
        cast(count(trade.partner_id) as int) as partners,
        cast(sum(case when trade.is_surplus then 1 else 0 end) as int) as partners_in_surplus,
        min_by(trade.partner_name, trade.balance_usd_millions) as largest_deficit_partner_name,
        cast(-min(trade.balance_usd_millions) / 1000 as decimal(18, 1)) as largest_partner_deficit_usd_billions,
        max_by(trade.partner_name, trade.exports_usd_millions) as largest_market_name,
        cast(max(trade.export_share_pct) as decimal(5, 1)) as largest_market_share_pct,
        max_by(trade.partner_name, trade.imports_usd_millions) as largest_supplier_name,
        cast(max(trade.import_share_pct) as decimal(5, 1)) as largest_supplier_share_pct
    from ({{ of_the_report(ref('trade_by_partner')) }}) as trade
    inner join period on trade.data_year = period.last_data_year
    where trade.export_rank is not null
),

-- The largest partner of the last year, and its ranks at both ends.
largest as (
    select
        max(case when ranked.data_year = period.last_data_year then ranked.member_name end) as largest_partner_name,
        cast(
            max(case when ranked.data_year = period.last_data_year then ranked.trade_usd_millions end) / 1000
            as decimal(18, 1)
        ) as largest_partner_trade_usd_billions,
        max(case when ranked.data_year = period.first_data_year then ranked.member_name end)
            as first_year_largest_partner_name
    from {{ ref('partners_and_regions') }} as ranked
    cross join period
    where ranked.breakdown = 'partner' and ranked.trade_rank = 1
),

its_ranks as (
    select
    {%- for flow, name in [('exports', 'export'), ('imports', 'import')] %}
        {%- set is_last = loop.last %}
        {%- for end in ['first', 'last'] %}
        max(case when ranked.flow = '{{ flow }}' and ranked.data_year = period.{{ end }}_data_year then ranked.member_rank end)
            as largest_partner_{{ end }}_year_{{ name }}_rank
            {{- ',' if not (is_last and loop.last) }}
        {%- endfor %}
    {%- endfor %}
    from {{ ref('rankings') }} as ranked
    inner join largest on ranked.member_name = largest.largest_partner_name
    cross join period
    where ranked.breakdown = 'partner'
),

areas_by_partner as (
    select
        flow,
        partner_name,
        count(distinct technology_id) as areas
    from ({{ of_the_report(ref('top_partners_by_technology')) }}) as top_partners
    where technology_id in (select technology_id from {{ ref('dim_technology') }})
    group by flow, partner_name
),

most_areas as (
    select
    {%- for flow, name in [('exports', 'market'), ('imports', 'supplier')] %}
        max_by(case when flow = '{{ flow }}' then partner_name end, case when flow = '{{ flow }}' then areas end)
            as {{ name }}_in_most_areas_name,
        cast(max(case when flow = '{{ flow }}' then areas end) as int) as {{ name }}_in_most_areas
        {{- ',' if not loop.last }}
    {%- endfor %}
    from areas_by_partner
)

select *
from period
cross join earlier
cross join both_ends
cross join technologies
cross join partners
cross join largest
cross join its_ranks
cross join most_areas
