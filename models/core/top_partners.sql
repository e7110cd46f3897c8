with

-- Figures print shares, not dollars. After two in place 2, place 3 is the fourth partner, and its rank is 4.
printed as (
    select
        {{ columns(fact_key()) }},
        flow,
        cast(rank() over (
            partition by {{ columns(state() + period()) }}, product_type, technology_id, flow
            order by printed_place
        ) as int) as partner_rank,
        cast(printed_place as int) as printed_place,
        share_pct,
        partner_label,
        cast(figure_row as int) as figure_row
    from {{ ref('stg_nsf07329__top_three') }}
),

-- A source that breaks down technologies by partner has dollar values, and those of all technologies together.
with_dollars as (
    select distinct {{ columns(state() + period()) }}
    from {{ ref('trade_measures') }}
    where breakdown = 'technology_partner'
),

computed as (
    {% for name, flow in {'export': 'exports', 'import': 'imports'}.items() %}
        select
            {{ columns(fact_key(), 'measures') }},
            '{{ flow }}' as flow,
            measures.{{ name }}_rank as partner_rank,
            cast(null as int) as printed_place,
            cast(measures.{{ name }}_share_pct as decimal(5, 1)) as share_pct,
            cast(null as string) as partner_label,
            cast(null as int) as figure_row
        from {{ ref('trade_measures') }} as measures
        inner join with_dollars on {{ same(state() + period(), 'measures', 'with_dollars') }}
        where measures.breakdown in ('technology_partner', 'partner') and measures.{{ name }}_rank <= 3
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from printed
union all
select * from computed
