-- What is the balance excluding hubs (Netherlands, Belgium, Singapore), or the rest of the world with Hong Kong?
with

parts as (
    select
        source_id,
        vintage,
        data_year,
        sum(case when partner_id in ('NLD', 'BEL', 'SGP') then balance_usd_millions end) as hubs_balance_usd_millions,
        sum(case when partner_id = 'OTHER' then balance_usd_millions end) as residual_balance_usd_millions
    from {{ ref('trade_by_partner') }}
    group by source_id, vintage, data_year
)

select
    totals.data_year,
    totals.balance_usd_millions,
    parts.hubs_balance_usd_millions,
    parts.residual_balance_usd_millions,
    totals.balance_usd_millions - parts.hubs_balance_usd_millions as balance_excluding_hubs_usd_millions,
    totals.balance_usd_millions - parts.residual_balance_usd_millions as balance_excluding_residual_usd_millions
from {{ ref('trade_totals') }} as totals
inner join parts
    on
        totals.source_id = parts.source_id
        and totals.vintage = parts.vintage
        and totals.data_year = parts.data_year
order by totals.data_year
