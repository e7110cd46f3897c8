with

top_three as (
    select * from {{ ref('stg_report__figure_3') }}
    union all
    select * from {{ ref('stg_report__figure_4') }}
),

technologies as (
    select * from {{ ref('stg_reference__technologies') }}
),

partners as (
    select * from {{ ref('dim_partner') }}
),

flows as (
    select * from {{ ref('trade_flows') }}
),

joined as (
    select
        top_three.data_year,
        top_three.flow,
        top_three.technology_id,
        technologies.technology_name,
        technologies.report_label,
        cast(top_three.place as int) as partner_rank,
        top_three.partner_id,
        partners.partner_name,
        partners.region_id,
        top_three.share_pct,
        cast(
            top_three.share_pct / 100 * case top_three.flow
                when 'exports' then flows.exports_usd_millions
                else flows.imports_usd_millions
            end as decimal(18, 1)
        ) as implied_usd_millions,
        top_three.partner_label,
        cast(top_three.figure_row as int) as figure_row,
        flows.source_id,
        flows.vintage
    from top_three
    left join technologies on top_three.technology_id = technologies.technology_id
    left join partners on top_three.partner_id = partners.partner_id
    left join flows
        on
            top_three.data_year = flows.data_year
            and flows.breakdown in ('technology', 'total')
            and flows.member_id = case
                when top_three.technology_id = 'all_technologies' then 'world' else top_three.technology_id
            end
)

select * from joined
