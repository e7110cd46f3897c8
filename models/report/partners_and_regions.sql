with

measures as (
    {% for breakdown in ['region', 'partner'] %}
        select
            '{{ breakdown }}' as breakdown,
            {{ breakdown }}_id as member_id,
            {{ breakdown }}_name as member_name,
            data_year,
            exports_usd_millions,
            imports_usd_millions,
            balance_usd_millions,
            source_id,
            vintage
        from ({{ of_report('trade_by_' ~ breakdown) }})
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

members as (
    select
        'region' as breakdown,
        region_id as member_id,
        region_id,
        region_name,
        report_order
    from {{ ref('dim_region') }}
    union all
    select
        'partner' as breakdown,
        partners.partner_id as member_id,
        partners.region_id,
        partners.region_name,
        partners.report_order
    from {{ ref('dim_partner') }} as partners
    inner join {{ ref('partners') }} as known on partners.partner_id = known.partner_id
    -- All other countries are a region of one row.
    where not known.is_residual
),

joined as (
    select
        cast(members.report_order as int) as page_row,
        members.breakdown,
        members.member_id,
        measures.member_name,
        members.region_id,
        members.region_name,
        measures.data_year,
        measures.exports_usd_millions,
        measures.imports_usd_millions,
        measures.balance_usd_millions,
        cast(measures.exports_usd_millions + measures.imports_usd_millions as decimal(18, 1)) as trade_usd_millions,
        cast(
            rank() over (
                partition by members.breakdown, measures.data_year
                order by measures.exports_usd_millions + measures.imports_usd_millions desc nulls last
            ) as int
        ) as trade_rank,
        measures.source_id,
        measures.vintage
    from members
    left join measures on members.breakdown = measures.breakdown and members.member_id = measures.member_id
)

select * from joined
