with

cells as (
    select * from {{ ref('stg_nsf07329__cells') }}
),

printed as (
    select
        flow,
        technology_id,
        partner_id,
        share_pct,
        coalesce(min(share_pct) over places_above + {{ half_unit() }}, 100) as order_highest_pct,
        coalesce(max(share_pct) over places_below - {{ half_unit() }}, 0) as order_lowest_pct,
        min(share_pct) over (partition by flow, technology_id, data_year) + {{ half_unit() }} as third_highest_pct,
        data_year
    from {{ ref('stg_nsf07329__top_three') }}
    where technology_id <> 'all'
    -- Partners that share a place do not bound each other.
    window
        places_above as (
            partition by flow, technology_id, data_year
            order by printed_place range between unbounded preceding and 1 preceding
        ),
        places_below as (
            partition by flow, technology_id, data_year
            order by printed_place range between 1 following and unbounded following
        )
),

figure_rows as (
    select distinct
        flow,
        technology_id,
        third_highest_pct,
        data_year
    from printed
),

-- A partner that is not printed has at most the third share; "All other countries" is many partners and may have any.
limits as (
    select
        figure_rows.flow,
        figure_rows.technology_id,
        tried.technology_id as tried_technology_id,
        partners.partner_id,
        printed.share_pct,
        technology_cells.value_usd_millions as technology_usd_millions,
        partner_cells.value_usd_millions as partner_usd_millions,
        figure_rows.data_year,
        coalesce(printed.order_lowest_pct, 0) as order_lowest_pct,
        case
            when partners.is_residual then 100
            else coalesce(printed.order_highest_pct, figure_rows.third_highest_pct)
        end as order_highest_pct
    from figure_rows
    cross join {{ ref('dim_technology') }} as tried
    cross join {{ ref('partners') }} as partners
    inner join cells as technology_cells
        on
            tried.technology_id = technology_cells.row_id
            and technology_cells.sheet = 'technologies'
            and figure_rows.flow = technology_cells.flow
            and figure_rows.data_year = technology_cells.data_year
    inner join cells as partner_cells
        on
            partners.partner_id = partner_cells.row_id
            and partner_cells.sheet = 'economies'
            and figure_rows.flow = partner_cells.flow
            and figure_rows.data_year = partner_cells.data_year
    left join printed
        on
            figure_rows.technology_id = printed.technology_id
            and partners.partner_id = printed.partner_id
            and figure_rows.flow = printed.flow
            and figure_rows.data_year = printed.data_year
),

in_dollars as (
    select
        flow,
        technology_id,
        tried_technology_id,
        partner_id,
        cast(share_pct as decimal(5, 1)) as share_pct,
        cast(order_lowest_pct as decimal(6, 2)) as order_lowest_pct,
        cast(order_highest_pct as decimal(6, 2)) as order_highest_pct,
        technology_usd_millions,
        partner_usd_millions,
        cast(coalesce(share_pct - {{ half_unit() }}, 0) * technology_usd_millions * 0.01 as decimal(18, 6))
            as lowest_usd_millions,
        cast(
            least(
                coalesce(share_pct + {{ half_unit() }}, order_highest_pct) * technology_usd_millions * 0.01,
                case when share_pct is null then partner_usd_millions else technology_usd_millions end
            ) as decimal(18, 6)
        ) as highest_usd_millions,
        data_year
    from limits
)

select * from in_dollars
