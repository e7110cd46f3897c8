{#
  The keys of the fact table, spelled here and nowhere else. state: whose number it is, and as of when. period: which
  year. members: which trade. A key is `all` if the row is not broken down by it. D25 and D26 in DECISIONS.md.
#}
{% macro state() %}{{ return(['source_id', 'vintage']) }}{% endmacro %}
{% macro period() %}{{ return(['data_year']) }}{% endmacro %}
{% macro members() %}{{ return(['product_type', 'technology_id', 'region_id', 'partner_id']) }}{% endmacro %}
{% macro fact_key() %}{{ return(state() + period() + members()) }}{% endmacro %}

{# The month of a monthly row. No year has one: months and years are two relations. D72 in DECISIONS.md. #}
{% macro month() %}{{ return(['data_year', 'data_month']) }}{% endmacro %}
{% macro monthly_key() %}{{ return(state() + month() + members()) }}{% endmacro %}

{# A month as sources name it, such as 2010-01, and how many months are up to that of a vintage: neighbours differ by 1. #}
{% macro year_and_month(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    concat({{ of }}data_year, '-', lpad(cast({{ of }}data_month as string), 2, '0'))
{%- endmacro %}
{% macro month_number_of(vintage) -%}
    12 * cast(substring({{ vintage }}, 1, 4) as int) + cast(substring({{ vintage }}, 6, 2) as int)
{%- endmacro %}

{# Keys as the columns of a select. #}
{% macro columns(keys, relation=none) -%}
    {%- for key in keys -%}
        {{ relation ~ '.' if relation }}{{ key }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# A join on keys that two relations share. #}
{% macro same(keys, one, other) -%}
    {%- for key in keys -%}
        {{ one }}.{{ key }} = {{ other }}.{{ key }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# The windows of the measures. They are defined here and nowhere else, so that none can leave out the source. #}
{% macro trade_windows() -%}
    window
        of_source as (partition by {{ columns(state()) }}),
        of_year as (partition by {{ columns(state() + period()) }}),
        of_series as (partition by {{ columns(state() + members()) }}),
        year_before as (
            partition by {{ columns(state() + members()) }}
            order by data_year range between 1 preceding and 1 preceding
        ),
        of_product_type as (partition by {{ columns(state() + period()) }}, product_type),
        of_technology as (partition by {{ columns(state() + period()) }}, product_type, technology_id),
        of_region as (partition by {{ columns(state() + period()) }}, product_type, technology_id, region_id),
        of_partner as (partition by {{ columns(state() + period()) }}, product_type, region_id, partner_id),
        of_all_goods as (partition by {{ columns(state() + period()) }}, technology_id, region_id, partner_id)
{%- endmacro %}

{# The windows of series whose keys are not the fact's, such as those of groups whose members change. #}
{% macro series_windows(keys) -%}
    window
        of_source as (partition by {{ columns(state()) }}),
        year_before as (
            partition by {{ columns(state() + keys) }}
            order by data_year range between 1 preceding and 1 preceding
        )
{%- endmacro %}

{# The windows of months. A month that is missing is in none of them, and its place is not taken by another. #}
{% macro month_windows() -%}
    window
        year_to_date as (
            partition by {{ columns(state() + members()) }}, data_year
            order by data_month range between unbounded preceding and current row
        ),
        twelve_months as (
            partition by {{ columns(state() + members()) }}
            order by month_number range between 11 preceding and current row
        ),
        whole_year as (partition by {{ columns(state() + members()) }}, data_year)
{%- endmacro %}

{# The windows that compare windows of one kind: with the same one a year before, and with those that ended earlier. #}
{% macro windows_of_windows() -%}
    window
        year_before as (
            partition by {{ columns(state() + members()) }}, window_type, data_month
            order by data_year range between 1 preceding and 1 preceding
        ),
        window_before as (
            partition by {{ columns(state() + members()) }}, window_type, month_of_kind
            order by place_of_kind range between 1 preceding and 1 preceding
        ),
        earlier_windows as (
            partition by {{ columns(state() + members()) }}, window_type, month_of_kind
            order by place_of_kind range between unbounded preceding and 1 preceding
        ),
        complete_windows as (
            partition by {{ columns(state() + members()) }}, window_type, month_of_kind, is_complete
            order by balance_usd_millions
        )
{%- endmacro %}

{#
  For each state of a source, its rows as they were known then: of each key the one of the latest vintage up to the
  state, which is its `value_vintage`. Rows that stand twice stay two, for the tests to see. D73 in DECISIONS.md.
#}
{% macro as_of_each_state(published, keys, amounts) -%}
    select
        {{ columns(state(), 'sources') }},
        {{ columns(keys + amounts, published) }},
        {{ published }}.vintage as value_vintage
    from {{ ref('stg_reference__sources') }} as sources
    inner join {{ published }}
        on sources.source_id = {{ published }}.source_id and sources.vintage >= {{ published }}.vintage
    qualify rank() over (
        partition by {{ columns(state(), 'sources') }}, {{ columns(keys, published) }} order by {{ published }}.vintage desc
    ) = 1
{%- endmacro %}

{# Whether a note is on a row, by its source and members. #}
{% macro note_is_on(note, row) -%}
    {{ note }}.source_id in ('all', {{ row }}.source_id)
            {%- for member in members() %}
            and {{ note }}.{{ member }} in ('all', {{ row }}.{{ member }})
            {%- endfor %}
{%- endmacro %}

{#
  Rank among the members of one breakdown, 1 = largest; ties share a rank. A residual ("All other countries"), a missing
  value and a product type have no rank; product types contain each other. Partners of a technology are ranked within it.
  D70 in DECISIONS.md.
#}
{% macro rank_among(measure, within=[]) -%}
    case
            when not is_residual and breakdown <> 'product_type' and {{ measure }} is not null
                then cast(rank() over (
                    partition by
                        {{ columns(state() + period() + ['breakdown', 'is_residual'] + within) }},
                        case when breakdown <> 'technology' then technology_id end
                    order by {{ measure }} desc nulls last
                ) as int)
        end
{%- endmacro %}

{# A partition of the rows of one source in one state; the other keys are the caller's. #}
{% macro among(keys) -%}
    partition by {{ columns(state() + keys) }}
{%- endmacro %}

{# What a row is broken down by, as its keys show. The slices of the fact table are named here and nowhere else. #}
{% macro breakdown(relation) -%}
    case
            when {{ relation }}.product_type <> 'advanced_technology_products' and {{ relation }}.partner_id <> 'all'
                then 'product_type_partner'
            when {{ relation }}.product_type <> 'advanced_technology_products' then 'product_type'
            when {{ relation }}.technology_id <> 'all' and {{ relation }}.partner_id <> 'all' then 'technology_partner'
            when {{ relation }}.technology_id <> 'all' and {{ relation }}.region_id <> 'all' then 'technology_region'
            when {{ relation }}.technology_id <> 'all' then 'technology'
            when {{ relation }}.partner_id <> 'all' then 'partner'
            when {{ relation }}.region_id <> 'all' then 'region'
            else 'total'
        end
{%- endmacro %}

{#
  Rows with their sums. What is broken down by technology and partner together is added up to technologies, partners,
  regions and the total; what a source has without one of the two stays as the source has it.
#}
{% macro with_sums(relation, period) -%}
    select
        {{ columns(state() + period + members()) }},
        exports_usd_millions,
        imports_usd_millions
    from {{ relation }}
    {% for kept in [['technology_id'], ['region_id', 'partner_id'], ['region_id'], []] %}
    {% set keys = state() + period + ['product_type'] + kept %}
    union all
    select
        {{ columns(state() + period) }},
        product_type,
        {% for member in members()[1:] %}
        {{ member if member in kept else "'all' as " ~ member }},
        {% endfor %}
        sum(exports_usd_millions) as exports_usd_millions,
        sum(imports_usd_millions) as imports_usd_millions
    from {{ relation }}
    where breakdown = 'technology_partner'
    group by {{ columns(keys) }}
    {% endfor %}
{%- endmacro %}

{# The rows of a relation in the latest vintage of each source. #}
{% macro latest_states(relation) -%}
    select {{ relation }}.*
    from {{ ref(relation) }} as {{ relation }}
    inner join {{ ref('stg_reference__sources') }} as sources
        on {{ same(state(), relation, 'sources') }} and sources.is_latest
{%- endmacro %}

{# The rows of a relation that come from the report, whatever other sources it contains. #}
{% macro of_report(relation) -%}
    select {{ relation }}.*
    from {{ ref(relation) }} as {{ relation }}
    inner join {{ ref('stg_nsf07329__report') }} as report on {{ same(state(), relation, 'report') }}
{%- endmacro %}
