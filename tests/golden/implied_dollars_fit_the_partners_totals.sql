-- What a partner buys or sells in the areas of Figures 3 and 4 is part of its total in Tables 3 and 4.
with

implied as (
    select
        flow,
        partner_id,
        sum(implied_usd_millions) as implied_usd_millions
    from {{ ref('top_partners_by_technology') }}
    where technology_id <> 'all_technologies'
    group by flow, partner_id
),

totals as (
    select * from {{ ref('trade_by_partner') }}
    where data_year = 2006
)

select
    implied.flow,
    implied.partner_id,
    implied.implied_usd_millions,
    totals.exports_usd_millions,
    totals.imports_usd_millions
from implied
left join totals on implied.partner_id = totals.partner_id
where
    totals.partner_id is null
    or implied.implied_usd_millions > case implied.flow
        when 'exports' then totals.exports_usd_millions else totals.imports_usd_millions
    end
