-- With which continents is technology trade in surplus, with which in deficit (billions of dollars)?
with

-- Countries without a row of their own can be on any continent.
balances as (
    select
        trade.data_year,
        trade.balance_usd_millions,
        coalesce(
            partners.census_continent,
            case when partners.report_label is null then 'In no continent' else partners.partner_name end
        ) as continent
    from {{ ref('trade_by_partner') }} as trade
    inner join {{ ref('dim_partner') }} as partners on trade.partner_id = partners.partner_id
)

select *
from (
    pivot balances
    on data_year
    using cast(sum(balance_usd_millions) / 1000 as decimal(18, 1))
    group by continent
)
order by continent
