-- An interval, since a residual is one row: D69 in DECISIONS.md.
with

dollars as (
    {{ shown_states('trade_measures') }}
),

figures as (
    {{ shown_states('top_partners') }}
),

-- Amounts as parts of a total: dollars, or the percent of a figure that names the largest partners alone.
members as (
    {% for flow in ['exports', 'imports'] %}
        select
            {{ columns(state() + period()) }},
            '{{ flow }}' as flow,
            breakdown,
            case when breakdown = 'technology' then 'all' else technology_id end as technology_id,
            is_residual,
            false as is_printed,
            {{ flow }}_usd_millions as amount,
            total_{{ flow }}_usd_millions as total
        from dollars
        where breakdown in ('partner', 'technology', 'technology_partner')
        union all
    {% endfor %}
    select
        {{ columns(state() + period()) }},
        flow,
        'technology_partner' as breakdown,
        technology_id,
        false as is_residual,
        true as is_printed,
        share_pct as amount,
        100 as total
    from figures
    where figure_row is not null and technology_id <> 'all'
),

ordered as (
    select
        *,
        case when not is_residual then amount end as named_amount,
        row_number() over (
            {{ among(period() + ['flow', 'breakdown', 'technology_id', 'is_residual']) }}
            order by amount desc nulls last
        ) as place
    from members
),

-- The residual is the rest of the total where no row has it; technology areas leave none, nor does rounding.
added_up as (
    select
        {{ columns(state() + period()) }},
        flow,
        breakdown,
        technology_id,
        is_printed,
        cast(count(named_amount) as int) as members,
        max(total) as total,
        sum(named_amount * named_amount) as squares,
        min(named_amount) as least_amount,
        {% for largest in [1, 3, 5] %}
            sum(case when place <= {{ largest }} then named_amount end) as largest_{{ largest }},
        {% endfor %}
        greatest(
            coalesce(
                sum(case when is_residual then amount end),
                case
                    when
                        breakdown <> 'technology' and (
                            is_printed or max(total) - sum(named_amount) > 0.05 * count(named_amount)
                        )
                        then max(total) - sum(named_amount)
                end,
                0
            ),
            0
        ) as residual
    from ordered
    group by {{ columns(state() + period()) }}, flow, breakdown, technology_id, is_printed
),

-- The largest that a member of the residual can be: all of it, or what a figure names last.
limited as (
    select
        *,
        case when is_printed then least(least_amount, residual) else residual end as largest_unnamed
    from added_up
),

-- The index is lowest if the residual is many small members, and highest if they are as large as can be.
bounded as (
    select
        *,
        {{ hhi('squares', 'total') }} as lowest_hhi,
        {{ hhi('(squares + residual * largest_unnamed)', 'total') }} as highest_hhi
    from limited
),

compared as (
    select
        *,
        first_value(data_year) over since_the_first as first_year,
        first_value(lowest_hhi) over since_the_first as first_lowest_hhi,
        first_value(highest_hhi) over since_the_first as first_highest_hhi
    from bounded
    window since_the_first as ({{ among(['flow', 'breakdown', 'technology_id']) }} order by data_year)
)

select
    compared.data_year,
    compared.flow,
    compared.breakdown,
    compared.technology_id,
    technologies.technology_name,
    compared.members,
    100 * {{ ratio('compared.residual', 'compared.total') }} as residual_share_pct,
    compared.lowest_hhi,
    compared.highest_hhi,
    case when not compared.is_printed then {{ hhi('compared.squares', '(compared.total - compared.residual)') }} end
        as named_members_hhi,
    {{ ratio('10000', 'compared.highest_hhi') }} as fewest_equal_members,
    {{ ratio('10000', 'compared.lowest_hhi') }} as most_equal_members,
    {% for largest in [1, 3, 5] %}
        case
            when compared.members >= {{ largest }} or compared.residual = 0
                then 100 * {{ ratio('compared.largest_' ~ largest, 'compared.total') }}
        end as cr{{ largest }}_pct,
    {% endfor %}
    case
        when compared.data_year = compared.first_year or compared.lowest_hhi is null then null
        when compared.lowest_hhi > compared.first_highest_hhi then 'rose'
        when compared.highest_hhi < compared.first_lowest_hhi then 'fell'
        else 'is not shown to have changed'
    end as hhi_direction,
    compared.source_id,
    compared.vintage
from compared
left join {{ ref('technologies') }} as technologies on compared.technology_id = technologies.technology_id
