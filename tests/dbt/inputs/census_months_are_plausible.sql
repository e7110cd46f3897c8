-- No month is more than half as large again as the month before, or less than half of it, as a misread digit or a moved
-- point would make it; and no revision is more than a twentieth. What is loaded may leap: nobody has typed it.
{% set flows = ['exports', 'imports'] %}

with

shipped as (
    select months.*
    from {{ ref('stg_census__trade_monthly') }} as months
    inner join {{ ref('stg_reference__sources') }} as sources
        on {{ same(state(), 'months', 'sources') }} and not sources.is_loaded
),

compared as (
    {% for flow in flows %}
        select
            this_month.vintage,
            this_month.data_year,
            this_month.data_month,
            '{{ flow }}' as flow,
            this_month.{{ flow }}_usd_millions as found,
            month_before.{{ flow }}_usd_millions as found_before
        from shipped as this_month
        left join shipped as month_before
            on
                {{ same(state(), 'this_month', 'month_before') }}
                and 12 * this_month.data_year + this_month.data_month
                = 12 * month_before.data_year + month_before.data_month + 1
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

revised as (
    {% for flow in flows %}
        select
            revisions.vintage,
            revisions.data_year,
            revisions.data_month,
            '{{ flow }}' as flow,
            revisions.{{ flow }}_usd_millions as found,
            revisions.{{ flow }}_before_usd_millions as found_before
        from {{ ref('trade_revisions') }} as revisions
        inner join {{ ref('stg_reference__sources') }} as sources
            on {{ same(state(), 'revisions', 'sources') }} and not sources.is_loaded
        where revisions.source_id = 'census_country' and abs(revisions.{{ flow }}_revision_pct) > 5
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

problems as (
    select
        *,
        'in the month before' as compared_with
    from compared
    where found <= 0 or found > found_before * 1.5 or found < found_before * 0.5
    union all
    select
        *,
        'in the vintage before' as compared_with
    from revised
)

select
    concat(
        'seeds/census/census_atp_by_month.csv, vintage ', vintage, ', month ', data_month, ' of ', data_year,
        ', ', flow, ': ', found, ' cannot be right, with ', coalesce(cast(found_before as string), 'nothing'), ' ',
        compared_with
    ) as problem
from problems
