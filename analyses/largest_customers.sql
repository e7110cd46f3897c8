-- Who bought the most U.S. technology in the last year, and how has their rank changed since the first?
with

ends as (
    select
        source_id,
        vintage,
        min(data_year) as first_year,
        max(data_year) as last_year
    from {{ ref('trade_totals') }}
    group by source_id, vintage
)

-- The rest of the world is a group and has no rank: it comes last.
select
    ends.last_year as data_year,
    latest.partner_name,
    latest.exports_usd_millions,
    latest.export_rank,
    ends.first_year,
    first_year.export_rank as export_rank_in_first_year,
    latest.partner_id = 'OTHER' as is_residual,
    round(latest.export_share_pct, 1) as export_share_pct,
    round(latest.exports_cagr_since_base_pct, 1) as exports_cagr_since_base_pct
from ends
inner join {{ ref('trade_by_partner') }} as latest
    on
        ends.source_id = latest.source_id
        and ends.vintage = latest.vintage
        and ends.last_year = latest.data_year
inner join {{ ref('trade_by_partner') }} as first_year
    on
        ends.source_id = first_year.source_id
        and ends.vintage = first_year.vintage
        and ends.first_year = first_year.data_year
        and latest.partner_id = first_year.partner_id
where latest.export_rank <= 10 or latest.partner_id = 'OTHER'
order by ends.source_id, latest.export_rank nulls last
