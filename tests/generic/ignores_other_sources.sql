{#
  Red if rows of one source (or, by its key, of one vintage) change what a model says of another. The model's own SQL runs
  again over its inputs and a shadow of each: the same members under another key, numbers twice as large, in the same years
  but one and in later years. What it then says of the real sources must be what the model says, row by row.
  `inputs` are shadowed, `beside` are the other relations that the model reads.
#}
{% test ignores_other_sources(model, inputs, beside=[], key='source_id', missing_year=2003, years_later=4) %}
{% for input in inputs + beside %}{% do ref(input) %}{% endfor %}
{% if execute %}
{% set node = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
    | selectattr('alias', 'equalto', model.identifier) | first %}
{% set again = namespace(sql=render(node.raw_code)) %}
{% set doubled = ['metric_value', 'observed_value', 'share_pct'] %}

with

{% for input in inputs %}
    {% set relation = ref(input) %}
    {% set names = adapter.get_columns_in_relation(relation) | map(attribute='name') | list %}
    {% if relation | string not in again.sql %}
        {% do exceptions.raise_compiler_error(model.identifier ~ ' does not read ' ~ input) %}
    {% endif %}
    {% set again.sql = again.sql | replace(relation | string, 'shadowed_' ~ input) %}
shadowed_{{ input }} as (
    select {{ names | join(', ') }} from {{ relation }}
    {% for shift in ([0, years_later] if 'data_year' in names else [0]) %}
    union all
    select
        {% for name in names %}
        {% if name == key %}concat('shadow ', {{ key }}) as {{ key }}
        {% elif name == 'data_year' %}data_year + {{ shift }} as data_year
        {% elif name.endswith('_usd_millions') or name in doubled %}2 * {{ name }} as {{ name }}
        {% else %}{{ name }}
        {% endif %}
        {{ ',' if not loop.last }}
        {% endfor %}
    from {{ relation }}
    {% if 'data_year' in names %}
    where data_year {{ '> ' ~ (missing_year - 1) if shift else '<> ' ~ missing_year }}
    {% endif %}
    {% endfor %}
),
{% endfor %}

{% set names = adapter.get_columns_in_relation(model) | map(attribute='name') | list %}
said_again as (
    select {{ names | join(', ') }}
    from (
        {{ again.sql }}
    ) as once_more
    {% if key in names %}
    where {{ key }} not like 'shadow %'
    {% endif %}
),

said as (
    select {{ names | join(', ') }} from {{ model }}
),

lost as (
    select * from said
    except all
    select * from said_again
),

new as (
    select * from said_again
    except all
    select * from said
)

select 'not said beside another source' as what_is_wrong, lost.* from lost
union all
select 'said beside another source only' as what_is_wrong, new.* from new
{% endif %}
{% endtest %}
