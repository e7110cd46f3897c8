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
        cast(case
            when shown.figure_row is not null
                then shown.share_pct / 100 * case shown.flow
                    when 'exports' then areas.exports_usd_millions
                    else areas.imports_usd_millions
                end
            when shown.flow = 'exports' then trade.exports_usd_millions
            else trade.imports_usd_millions
        end as decimal(18, 1)) as implied_usd_millions,
        shown.partner_label,
        shown.figure_row,
        shown.source_id,
        shown.vintage
    from shown
    left join {{ ref('technologies') }} as technologies on shown.technology_id = technologies.technology_id
    left join {{ ref('dim_partner') }} as partners on shown.partner_id = partners.partner_id
    left join {{ ref('trade') }} as areas
        on
            {{ same(state() + period() + ['product_type', 'technology_id'], 'shown', 'areas') }}
            and areas.region_id = 'all'
    left join {{ ref('trade') }} as trade on {{ same(fact_key(), 'shown', 'trade') }}
)

select * from joined
