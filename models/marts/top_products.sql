{% set shown = 10 %}
{% set of_year = columns(state() + period() + ['flow']) %}

with

traded as (
    {{ shown_products() }} and sums.census_area_code is not null and sums.value_usd > 0
),

-- Partners one by one, and all together.
sums as (
    select
        {{ of_year }},
        census_area_code,
        partner_id,
        product_code,
        value_usd
    from traded
    union all
    select
        {{ of_year }},
        census_area_code,
        'all' as partner_id,
        product_code,
        sum(value_usd) as value_usd
    from traded
    group by {{ of_year }}, census_area_code, product_code
),

totals as (
    select
        {{ of_year }},
        coalesce(census_area_code, 'all') as census_area_code,
        partner_id,
        sum(value_usd) as total_usd
    from sums
    group by grouping sets (({{ of_year }}, partner_id, census_area_code), ({{ of_year }}, partner_id))
),

of_areas as (
    select
        *,
        rank() over (partition by {{ of_year }}, census_area_code, partner_id order by value_usd desc) as rank_in_area
    from sums
    qualify rank_in_area <= {{ shown }}
),

-- The largest of all areas are among the largest of one.
of_all_areas as (
    select
        {{ of_year }},
        'all' as census_area_code,
        partner_id,
        product_code,
        value_usd,
        rank() over (partition by {{ of_year }}, partner_id order by value_usd desc) as rank_in_all
    from of_areas
    qualify rank_in_all <= {{ shown }}
),

names as (
    {{ product_names() }}
),

ranked as (
    select
        *,
        rank_in_area as product_rank
    from of_areas
    union all
    select
        *,
        rank_in_all as product_rank
    from of_all_areas
)

select
    ranked.data_year,
    ranked.flow,
    ranked.census_area_code,
    ranked.partner_id,
    ranked.product_code,
    names.product_name,
    cast(ranked.product_rank as int) as product_rank,
    cast(ranked.value_usd / 1000000 as decimal(18, 6)) as value_usd_millions,
    100 * {{ ratio('ranked.value_usd', 'totals.total_usd') }} as share_pct,
    ranked.source_id,
    ranked.vintage
from ranked
inner join totals on {{ same(state() + period() + ['flow', 'census_area_code', 'partner_id'], 'ranked', 'totals') }}
left join names on ranked.flow = names.flow and ranked.product_code = names.product_code
