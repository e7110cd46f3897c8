-- Shift-share: midpoints of the two years, so that the two parts add up to the whole change.
{% set flows = {'export': 'exports', 'import': 'imports'} %}
{% set ends = ['first', 'last'] %}

with

shown as (
    {{ shown_states('trade_measures') }}
),

shares as (
    select * from shown
    where breakdown in ('technology', 'technology_partner')
),

years as (
    select distinct {{ columns(state() + period()) }}
    from shares
    where breakdown = 'technology_partner'
),

pairs as (
    select
        {{ columns(state(), 'earlier') }},
        earlier.data_year as first_year,
        later.data_year as last_year
    from years as earlier
    inner join years as later on {{ same(state(), 'earlier', 'later') }} and earlier.data_year < later.data_year
),

-- Shares of areas in the total, and of partners in areas; a member without a row in a year had no trade in it.
end_shares as (
    select
        {{ columns(state(), 'pairs') }},
        pairs.first_year,
        pairs.last_year,
        shares.technology_id,
        shares.partner_id,
    {% for end in ends %}
        coalesce(max(case when shares.data_year = pairs.{{ end }}_year then shares.export_share_pct end), 0)
            as {{ end }}_export_share,
        coalesce(max(case when shares.data_year = pairs.{{ end }}_year then shares.import_share_pct end), 0)
            as {{ end }}_import_share
        {{- ',' if not loop.last }}
    {% endfor %}
    from pairs
    inner join shares
        on {{ same(state(), 'pairs', 'shares') }} and shares.data_year in (pairs.first_year, pairs.last_year)
    group by
        {{ columns(state(), 'pairs') }},
        pairs.first_year,
        pairs.last_year,
        shares.technology_id,
        shares.partner_id
),

parts as (
    {% for name, flow in flows.items() %}
        select
            {{ columns(state(), 'partners') }},
            partners.first_year,
            partners.last_year,
            '{{ flow }}' as flow,
            partners.partner_id,
            {% for end in ends %}
                areas.{{ end }}_{{ name }}_share * partners.{{ end }}_{{ name }}_share / 100 as {{ end }}_share_pct,
            {% endfor %}
            (areas.first_{{ name }}_share + areas.last_{{ name }}_share) / 2
            * (partners.last_{{ name }}_share - partners.first_{{ name }}_share) / 100 as within_change_pp,
            (partners.first_{{ name }}_share + partners.last_{{ name }}_share) / 2
            * (areas.last_{{ name }}_share - areas.first_{{ name }}_share) / 100 as mix_change_pp
        from end_shares as partners
        inner join end_shares as areas
            on
                {{ same(state() + ['first_year', 'last_year', 'technology_id'], 'partners', 'areas') }}
                and areas.partner_id = 'all'
        where partners.partner_id <> 'all'
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- DECIMALs are added exactly, so a sum is the same in every build.
added_up as (
    select
        {{ columns(state()) }},
        first_year,
        last_year,
        flow,
        partner_id,
    {% for part in ['first_share_pct', 'last_share_pct', 'within_change_pp', 'mix_change_pp'] %}
        cast(sum(cast({{ part }} as decimal(18, 12))) as double) as {{ part }}{{ ',' if not loop.last }}
    {% endfor %}
    from parts
    group by {{ columns(state()) }}, first_year, last_year, flow, partner_id
)

select
    added_up.first_year,
    added_up.last_year,
    added_up.flow,
    added_up.partner_id,
    partners.partner_name,
    added_up.first_share_pct,
    added_up.last_share_pct,
    added_up.within_change_pp,
    added_up.mix_change_pp,
    added_up.source_id,
    added_up.vintage,
    added_up.last_share_pct - added_up.first_share_pct as share_change_pp
from added_up
left join {{ ref('dim_partner') }} as partners on added_up.partner_id = partners.partner_id
