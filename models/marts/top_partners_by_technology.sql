with

shown as (
    {{ shown_states('top_partners') }}
),

-- A share of all technologies is a share of the total.
joined as (
    select
        shown.data_year,
        shown.flow,
        shown.technology_id,
        technologies.technology_name,
        technologies.report_label,
        shown.partner_rank,
        shown.printed_place,
        shown.partner_id,
        partners.partner_name,
        partners.region_id,
        shown.share_pct,
        cast(
            shown.share_pct / 100 * case shown.flow
                when 'exports' then trade.exports_usd_millions
                else trade.imports_usd_millions
            end as decimal(18, 1)
        ) as implied_usd_millions,
        shown.partner_label,
        shown.figure_row,
        shown.source_id,
        shown.vintage
    from shown
    left join {{ ref('technologies') }} as technologies on shown.technology_id = technologies.technology_id
    left join {{ ref('dim_partner') }} as partners on shown.partner_id = partners.partner_id
    left join {{ ref('trade') }} as trade
        on
            {{ same(state() + period() + ['product_type', 'technology_id'], 'shown', 'trade') }}
            and trade.region_id = 'all'
)

select * from joined
