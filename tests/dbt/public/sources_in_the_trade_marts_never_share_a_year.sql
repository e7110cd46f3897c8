-- Each year of a trade mart has one source and one vintage, so that a user's first query adds up no year twice.
-- D28 in DECISIONS.md.
{% set marts = [
    'trade_totals', 'trade_by_technology', 'trade_by_region', 'trade_by_partner', 'top_partners_by_technology',
    'trade_concentration', 'trade_by_census_area', 'trade_by_group',
] %}

with

years as (
    {% for mart in marts %}
        select distinct
            '{{ mart }}' as mart,
            data_year,
            source_id,
            vintage
        from {{ ref(mart) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

shared as (
    select
        mart,
        data_year,
        count(*) as states,
        min(source_id) as one_source,
        max(source_id) as other_source
    from years
    group by mart, data_year
)

select
    concat(
        'seeds/reference/sources.csv: ', one_source, ' and ', other_source, ' both put ', data_year, ' into marts.',
        mart,
        '; only one of them can have is_in_trade_marts'
    ) as problem
from shared
where states > 1
