{% set described = [
    'source_id', 'source_name', 'publisher', 'address', 'later_source_id', 'is_in_trade_marts', 'basis', 'flow_definition',
    'valuation', 'seasonal_adjustment', 'classification', 'revision_policy',
] %}

with

descriptions as (
    select
        *,
        row_number() over (partition by source_id order by vintage desc) as place
    from {{ ref('sources') }}
),

loaded as (
    {% for relation in ['stg_census__goods_monthly', 'stg_census_api__trade_monthly', 'stg_census__product_months'] %}
        select
            source_id,
            vintage,
            max(loaded_at_utc) as loaded_at_utc
        from {{ ref(relation) }}
        group by source_id, vintage
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- A state that is loaded is described by the source's last row in the seed. The vintage `loaded` is no state.
states as (
    select
        {{ columns(described) }},
        vintage,
        vintage_note,
        false as is_loaded
    from descriptions
    where vintage <> 'loaded'
    union all
    select
        {{ columns(described, 'descriptions') }},
        loaded.vintage,
        concat(
            'State with data to ', loaded.vintage, ', loaded on ', cast(cast(loaded.loaded_at_utc as date) as string)
        ) as vintage_note,
        true as is_loaded
    from loaded
    inner join descriptions on loaded.source_id = descriptions.source_id and descriptions.place = 1
)

select
    source_id,
    source_name,
    publisher,
    vintage,
    vintage_note,
    address,
    later_source_id,
    is_in_trade_marts,
    basis,
    flow_definition,
    valuation,
    seasonal_adjustment,
    classification,
    revision_policy,
    is_loaded,
    vintage = max(vintage) over (partition by source_id) as is_latest,
    lag(vintage) over (partition by source_id order by vintage) as previous_vintage
from states
