with

period as (
    {{ report_period() }}
),

totals as (
    {{ of_report('trade_totals') }}
),

partners as (
    select
        cast(-min(trade.balance_usd_millions) / 1000 as decimal(18, 1)) as largest_partner_deficit_usd_billions,
        cast((max(totals.balance_usd_millions) - min(trade.balance_usd_millions)) / 1000 as decimal(18, 1))
            as balance_without_that_partner_usd_billions,
        cast(max(trade.export_share_pct) as decimal(5, 1)) as largest_market_share_pct,
        cast(max(trade.import_share_pct) as decimal(5, 1)) as largest_supplier_share_pct,
        cast(sum(case when trade.is_surplus then 1 else 0 end) as int) as partners_in_surplus,
        cast(count(trade.partner_id) as int) as partners,
        min_by(trade.partner_name, trade.balance_usd_millions) as largest_deficit_partner_name,
        max_by(trade.partner_name, trade.exports_usd_millions) as largest_market_name,
        max_by(trade.partner_name, trade.imports_usd_millions) as largest_supplier_name
    from ({{ of_report('trade_by_partner') }}) as trade
    inner join period on trade.data_year = period.last_data_year
    inner join totals on trade.data_year = totals.data_year
    -- A residual has no rank.
    where trade.export_rank is not null
),

largest as (
    select
        cast(
            max(case when ranked.data_year = period.last_data_year then ranked.trade_usd_millions end) / 1000
            as decimal(18, 1)
        ) as largest_partner_trade_usd_billions,
        max(case when ranked.data_year = period.last_data_year then ranked.member_name end) as largest_partner_name,
        max(case when ranked.data_year = period.first_data_year then ranked.member_name end)
            as first_year_largest_partner_name
    from {{ ref('partners_and_regions') }} as ranked
    cross join period
    where ranked.breakdown = 'partner' and ranked.trade_rank = 1
),

ranks_at_the_ends as (
    select
        ranked.member_name,
        ranked.member_rank,
        concat(case ranked.data_year when period.first_data_year then 'first' else 'last' end, ' ', ranked.flow)
            as rank_of
    from {{ ref('rankings') }} as ranked
    inner join period on ranked.data_year in (period.first_data_year, period.last_data_year)
    where ranked.breakdown = 'partner'
),

its_ranks as (
    select
        max(case rank_of when 'first exports' then member_rank end) as largest_partner_first_year_export_rank,
        max(case rank_of when 'last exports' then member_rank end) as largest_partner_last_year_export_rank,
        max(case rank_of when 'first imports' then member_rank end) as largest_partner_first_year_import_rank,
        max(case rank_of when 'last imports' then member_rank end) as largest_partner_last_year_import_rank
    from ranks_at_the_ends
    where member_name in (select largest.largest_partner_name from largest)
),

areas_by_partner as (
    select
        top_partners.partner_name,
        count(distinct case top_partners.flow when 'exports' then areas.technology_id end) as as_market,
        count(distinct case top_partners.flow when 'imports' then areas.technology_id end) as as_supplier
    from ({{ of_report('top_partners_by_technology') }}) as top_partners
    inner join {{ ref('dim_technology') }} as areas on top_partners.technology_id = areas.technology_id
    group by top_partners.partner_name
),

most_areas as (
    select
        cast(max(as_market) as int) as market_in_most_areas,
        cast(max(as_supplier) as int) as supplier_in_most_areas,
        max_by(partner_name, as_market) as market_in_most_areas_name,
        max_by(partner_name, as_supplier) as supplier_in_most_areas_name
    from areas_by_partner
),

one_row as (
    select
        partners.*,
        largest.*,
        its_ranks.*,
        most_areas.*
    from partners
    cross join largest
    cross join its_ranks
    cross join most_areas
)

select * from one_row
