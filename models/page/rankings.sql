{% set kinds = [
    ('technology', 'exports', 'export_rank'),
    ('technology', 'imports', 'import_rank'),
    ('technology', 'balance', 'balance_rank'),
    ('partner', 'exports', 'export_rank'),
    ('partner', 'imports', 'import_rank'),
    ('partner', 'balance', 'balance_rank'),
] %}

with

technology as (
    {{ of_report('trade_by_technology') }}
),

partner as (
    {{ of_report('trade_by_partner') }}
),

-- A residual has no rank.
ranked as (
    {% for breakdown, flow, rank in kinds %}
        select
            '{{ breakdown }}' as breakdown,
            '{{ flow }}' as flow,
            {{ breakdown }}_id as member_id,
            {{ breakdown }}_name as member_name,
            data_year,
            {{ flow }}_usd_millions as value_usd_millions,
            {{ rank }} as member_rank,
            total_trade_usd_millions,
            source_id,
            vintage
        from {{ breakdown }}
        where {{ rank }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

with_ends as (
    select
        *,
        min(data_year) over series as first_year,
        max(data_year) over series as last_year
    from ranked
    window series as (partition by source_id, vintage)
),

compared as (
    select
        breakdown,
        flow,
        member_id,
        member_name,
        data_year,
        value_usd_millions,
        member_rank,
        cast(min(member_rank) over member as int) as best_rank,
        cast(
            max(case when data_year = last_year then member_rank end) over member
            - max(case when data_year = first_year then member_rank end) over member as int
        ) as ranks_lost,
        source_id,
        vintage,
        max(case when data_year = last_year then total_trade_usd_millions end) over member as last_trade_usd_millions
    from with_ends
    window member as (partition by source_id, vintage, breakdown, flow, member_id)
),

marked as (
    select
        breakdown,
        flow,
        member_id,
        member_name,
        data_year,
        value_usd_millions,
        member_rank,
        best_rank,
        ranks_lost,
        cast(
            case
                when breakdown = 'partner' then last_trade_usd_millions = max(last_trade_usd_millions) over flows
                else abs(ranks_lost) >= 2 and ranks_lost in (min(ranks_lost) over flows, max(ranks_lost) over flows)
            end as boolean
        ) as stands_out,
        source_id,
        vintage
    from compared
    window flows as (partition by source_id, vintage, breakdown, flow)
)

select * from marked
