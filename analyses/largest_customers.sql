-- Who bought the most U.S. technology in 2006, and how has their rank changed since 2000?
select
    latest.partner_name,
    latest.exports_usd_millions,
    latest.export_rank,
    first_year.export_rank as export_rank_in_2000,
    round(latest.export_share_pct, 1) as export_share_pct,
    round(latest.exports_cagr_since_base_pct, 1) as exports_cagr_since_base_pct
from {{ ref('trade_by_partner') }} as latest
inner join {{ ref('trade_by_partner') }} as first_year
    on
        latest.partner_id = first_year.partner_id
        and first_year.data_year = 2000
where
    latest.data_year = 2006
    and latest.export_rank <= 10
order by latest.export_rank
