-- The all-technologies rows of Figures 3 and 4 follow from Tables 3 and 4: the same partners, places and shares.
with

figures as (
    select * from {{ ref('top_partners') }}
    where technology_id = 'all' and figure_row is not null
),

partners as (
    select
        {{ columns(fact_key()) }},
        export_rank,
        import_rank,
        export_share_pct,
        import_share_pct
    from {{ ref('trade_measures') }}
    where breakdown = 'partner'
),

figure_years as (
    select distinct {{ columns(state() + period()) }}
    from figures
),

partners_of_the_year as (
    select partners.*
    from partners
    inner join figure_years on {{ same(state() + period(), 'partners', 'figure_years') }}
),

computed as (
    select
        {{ columns(state() + period()) }},
        'exports' as flow,
        partner_id,
        export_rank as partner_rank,
        round(cast(export_share_pct as decimal(18, 6)), 1) as share_pct
    from partners_of_the_year
    where export_rank <= 3
    union all
    select
        {{ columns(state() + period()) }},
        'imports' as flow,
        partner_id,
        import_rank as partner_rank,
        round(cast(import_share_pct as decimal(18, 6)), 1) as share_pct
    from partners_of_the_year
    where import_rank <= 3
)

select
    figures.partner_rank as printed_rank,
    computed.partner_rank as computed_rank,
    figures.share_pct as printed_share_pct,
    computed.share_pct as computed_share_pct,
    coalesce(figures.flow, computed.flow) as flow,
    coalesce(figures.partner_id, computed.partner_id) as partner_id
from figures
full outer join computed
    on
        {{ same(state() + period() + ['flow'], 'figures', 'computed') }}
        and figures.partner_id = computed.partner_id
where
    figures.partner_id is null
    or computed.partner_id is null
    or figures.partner_rank <> computed.partner_rank
    or figures.share_pct <> computed.share_pct
