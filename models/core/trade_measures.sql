{% set flows = {'export': 'exports', 'import': 'imports'} %}
{% set flows_and_balance = {'export': 'exports', 'import': 'imports', 'balance': 'balance'} %}

with

-- The total that shares refer to: all technologies for a technology; that technology for a partner within one.
ranked as (
    select
        *,
        {% for name, flow in flows_and_balance.items() %}
            {{ rank_among(flow ~ '_usd_millions') }} as {{ name }}_rank,
            {{ rank_among(flow ~ '_usd_millions', within=['region_id']) }} as {{ name }}_rank_in_region,
        {% endfor %}
        {% for flow in flows.values() %}
            case
                when region_id = 'all'
                    then max(case when breakdown in ('total', 'product_type') then {{ flow }}_usd_millions end)
                        over of_product_type
                else max(case when region_id = 'all' then {{ flow }}_usd_millions end) over of_technology
            end as total_{{ flow }}_usd_millions,
            max(case when product_type = 'total_merchandise' then {{ flow }}_usd_millions end)
                over of_all_goods as {{ flow }}_of_goods,
        {% endfor %}
        min(data_year) over of_source as base_year
    from {{ ref('trade') }}
    {{ trade_windows() }}
),

-- year_before is exactly the year before, so a gap in the years gives NULL.
compared as (
    select
        *,
        {% for name, flow in flows_and_balance.items() %}
            max({{ flow }}_usd_millions) over year_before as previous_{{ flow }},
            max({{ name }}_rank) over year_before as previous_{{ name }}_rank,
        {% endfor %}
        {% for flow in flows.values() %}
            max(total_{{ flow }}_usd_millions) over year_before as previous_total_{{ flow }},
            max(case when breakdown = 'total' then {{ ratio(flow ~ '_usd_millions', flow ~ '_of_goods') }} end)
                over of_product_type as {{ flow }}_share_of_all_goods,
            max(case when data_year = base_year then {{ flow }}_usd_millions end)
                over of_series as {{ flow }}_in_base_year,
            max(case when partner_id = 'all' then {{ flow }}_usd_millions end) over of_region as {{ flow }}_of_region,
            sum(case
                when partner_id <> 'all' and not is_residual then {{ flow }}_usd_millions * {{ flow }}_usd_millions
            end) over of_technology as {{ flow }}_squares_of_partners,
            sum(case when technology_id <> 'all' then {{ flow }}_usd_millions * {{ flow }}_usd_millions end)
                over of_partner as {{ flow }}_squares_of_technologies,
        {% endfor %}
        sum(case when technology_id <> 'all' then case when balance_usd_millions > 0 then 1 else 0 end end)
            over of_partner as technologies_in_surplus,
        sum(case when technology_id <> 'all' then case when balance_usd_millions < 0 then 1 else 0 end end)
            over of_partner as technologies_in_deficit,
        sum(case when technology_id <> 'all' then abs(balance_usd_millions) end) over of_partner
            as unmatched_in_technologies,
        sum(case when technology_id <> 'all' then exports_usd_millions + imports_usd_millions end) over of_partner
            as trade_in_technologies,
        nullif(data_year - base_year, 0) as years_since_base
    from ranked
    {{ trade_windows() }}
),

-- Squares of DECIMALs are added exactly, so an index is the same in every build.
measured as (
    select
        {{ columns(fact_key()) }},
        breakdown,
        is_residual,
        exports_usd_millions,
        imports_usd_millions,
        balance_usd_millions,
        published_balance_usd_millions,
        {{ ratio('exports_usd_millions', 'imports_usd_millions') }} as coverage_ratio,
        {{ ratio('balance_usd_millions', '(exports_usd_millions + imports_usd_millions)') }} as normalized_balance,
        balance_usd_millions > 0 as is_surplus,
        cast(sign(balance_usd_millions) as int) as balance_sign,
        cast(exports_usd_millions + imports_usd_millions as decimal(18, 1)) as total_trade_usd_millions,
        100 * {{ ratio(
            '(exports_usd_millions + imports_usd_millions)', '(total_exports_usd_millions + total_imports_usd_millions)'
        ) }} as total_trade_share_pct,
        cast(balance_usd_millions - previous_balance as decimal(18, 1)) as balance_change_usd_millions,
        base_year,
        {% for name in flows_and_balance %}
            {{ name }}_rank,
            {{ name }}_rank - previous_{{ name }}_rank as {{ name }}_rank_change,
            case when partner_id <> 'all' then {{ name }}_rank_in_region end as {{ name }}_rank_in_region,
        {% endfor %}
        {% for name, flow in flows.items() %}
            total_{{ flow }}_usd_millions,
            100 * {{ ratio(flow ~ '_usd_millions', 'total_' ~ flow ~ '_usd_millions') }} as {{ name }}_share_pct,
            100 * {{ ratio('(' ~ flow ~ '_usd_millions - previous_' ~ flow ~ ')', 'previous_' ~ flow) }}
                as {{ flow }}_growth_pct,
            100 * {{ ratio('(' ~ flow ~ '_usd_millions - previous_' ~ flow ~ ')', 'previous_total_' ~ flow) }}
                as {{ flow }}_growth_contribution_pp,
            {{ cagr(flow ~ '_in_base_year', flow ~ '_usd_millions', 'years_since_base') }}
                as {{ flow }}_cagr_since_base_pct,
            case when partner_id <> 'all' then 100 * {{ ratio(flow ~ '_usd_millions', flow ~ '_of_region') }} end
                as {{ name }}_share_of_region_pct,
            case when breakdown = 'partner' then 100 * {{ ratio(flow ~ '_usd_millions', flow ~ '_of_goods') }} end
                as {{ name }}_share_of_goods_pct,
            case
                when breakdown = 'partner'
                    then {{ ratio(
                        ratio(flow ~ '_usd_millions', flow ~ '_of_goods'), flow ~ '_share_of_all_goods'
                    ) }}
            end as {{ name }}_specialization_ratio,
            case when region_id = 'all' then {{ hhi(flow ~ '_squares_of_partners', flow ~ '_usd_millions') }} end
                as {{ name }}_partner_hhi,
            case
                when technology_id = 'all' then {{ hhi(flow ~ '_squares_of_technologies', flow ~ '_usd_millions') }}
            end
                as {{ name }}_technology_hhi,
        {% endfor %}
        case when technology_id = 'all' then cast(technologies_in_surplus as int) end as technologies_in_surplus,
        case when technology_id = 'all' then cast(technologies_in_deficit as int) end as technologies_in_deficit,
        case
            when technology_id = 'all'
                then 100 * (1 - {{ ratio('unmatched_in_technologies', 'trade_in_technologies') }})
        end as technology_overlap_pct,
        case when breakdown = 'technology' then {{ balance_contribution() }} end as balance_contribution_pp
    from compared
)

select * from measured
