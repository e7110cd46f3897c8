{% set flows = {'export': 'exports', 'import': 'imports'} %}

with

members as (
    {{ shown_states('group_member_trade') }}
),

summed as (
    select
        {{ columns(state() + period()) }},
        group_id,
        membership_basis,
        membership_date,
        {{ whole_sum('exports_usd_millions') }} as exports_usd_millions,
        {{ whole_sum('imports_usd_millions') }} as imports_usd_millions,
        count(*) as members_observed,
        sum(case when counted_the_year_before then 1 else 0 end) as members_counted_before
    from members
    group by {{ columns(state() + period()) }}, group_id, membership_basis, membership_date
),

compared as (
    select
        *,
        {% for flow in flows.values() %}
            max({{ flow }}_usd_millions) over year_before as previous_{{ flow }},
        {% endfor %}
        max(members_observed) over year_before as previous_members
    from summed
    {{ series_windows(['group_id', 'membership_basis']) }}
),

-- Growth would otherwise count countries that joined or left: D67 in DECISIONS.md.
judged as (
    select
        *,
        case
            when previous_members is not null
                then members_counted_before = members_observed and previous_members = members_observed
        end as has_members_of_year_before
    from compared
),

totals as (
    select * from {{ ref('trade') }}
    where breakdown = 'total'
)

select
    judged.data_year,
    judged.group_id,
    named.group_name,
    judged.membership_basis,
    judged.membership_date,
    judged.exports_usd_millions,
    judged.imports_usd_millions,
    cast(judged.exports_usd_millions - judged.imports_usd_millions as decimal(18, 1)) as balance_usd_millions,
    cast(judged.exports_usd_millions + judged.imports_usd_millions as decimal(18, 1)) as total_trade_usd_millions,
    {% for name, flow in flows.items() %}
        100 * {{ ratio('judged.' ~ flow ~ '_usd_millions', 'totals.' ~ flow ~ '_usd_millions') }}
            as {{ name }}_share_pct,
    {% endfor %}
    {% for flow in flows.values() %}
        case
            when judged.has_members_of_year_before
                then 100 * {{ ratio(
                    '(judged.' ~ flow ~ '_usd_millions - judged.previous_' ~ flow ~ ')', 'judged.previous_' ~ flow
                ) }}
        end as {{ flow }}_growth_pct,
    {% endfor %}
    cast(case
        when judged.has_members_of_year_before
            then
                judged.exports_usd_millions - judged.imports_usd_millions
                - judged.previous_exports + judged.previous_imports
    end as decimal(18, 1)) as balance_change_usd_millions,
    judged.has_members_of_year_before,
    cast(judged.members_observed as int) as members_observed,
    sizes.members_in_all,
    cast(sizes.members_in_all - judged.members_observed as int) as members_not_named,
    judged.source_id,
    judged.vintage
from judged
left join totals on {{ same(state() + period(), 'judged', 'totals') }}
left join {{ ref('groups') }} as named on judged.group_id = named.group_id
left join {{ ref('group_sizes') }} as sizes
    on
        judged.group_id = sizes.group_id
        and judged.membership_date >= sizes.valid_from
        and judged.membership_date <= coalesce(sizes.valid_to, judged.membership_date)
