with

-- Figures print shares, not dollars.
printed as (
    select
        {{ columns(fact_key()) }},
        flow,
        cast(partner_rank as int) as partner_rank,
        share_pct,
        partner_label,
        cast(figure_row as int) as figure_row
    from {{ ref('stg_nsf07329__top_three') }}
),

-- A source that breaks down technologies by partner has dollar values.
computed as (
    {% for name, flow in {'export': 'exports', 'import': 'imports'}.items() %}
        select
            {{ columns(fact_key()) }},
            '{{ flow }}' as flow,
            {{ name }}_rank as partner_rank,
            cast({{ name }}_share_pct as decimal(5, 1)) as share_pct,
            cast(null as string) as partner_label,
            cast(null as int) as figure_row
        from {{ ref('trade_measures') }}
        where breakdown = 'technology_partner' and {{ name }}_rank <= 3
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from printed
union all
select * from computed
