{% set amounts = ['exports', 'imports', 'balance'] %}

-- What a state has from an earlier one was not published again, and is no row.
with

published_again as (
    select
        later.*,
        sources.previous_vintage
    from {{ ref('trade_months') }} as later
    inner join {{ ref('stg_reference__sources') }} as sources on {{ same(state(), 'later', 'sources') }}
    where later.breakdown in ('total', 'product_type') and later.value_vintage = later.vintage
)

select
    {{ columns(state() + month(), 'later') }},
    later.product_type,
    later.previous_vintage,
    earlier.value_vintage as previous_value_vintage,
    {% for amount in amounts %}
        earlier.{{ amount }}_usd_millions as {{ amount }}_before_usd_millions,
        later.{{ amount }}_usd_millions,
        cast(later.{{ amount }}_usd_millions - earlier.{{ amount }}_usd_millions as decimal(18, 6))
            as {{ amount }}_revision_usd_millions,
        {% if amount != 'balance' %}
            100 * {{ ratio(
                '(later.' ~ amount ~ '_usd_millions - earlier.' ~ amount ~ '_usd_millions)',
                'earlier.' ~ amount ~ '_usd_millions',
            ) }} as {{ amount }}_revision_pct,
        {% endif %}
    {% endfor %}
    later.exports_usd_millions <> earlier.exports_usd_millions
    or later.imports_usd_millions <> earlier.imports_usd_millions as is_revised
from published_again as later
inner join {{ ref('trade_months') }} as earlier
    on
        later.source_id = earlier.source_id
        and later.previous_vintage = earlier.vintage
        and {{ same(month() + members(), 'later', 'earlier') }}
