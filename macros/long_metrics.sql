{# Columns in long form: one row per non-NULL metric. DOUBLE, because an unpivot needs one type. #}
{% macro long_metrics(relation, metrics) -%}
    select
        {{ columns(fact_key()) }},
        is_residual,
        metric,
        metric_value
    from (
        select
            {{ columns(fact_key()) }},
            {{ doubles(metrics) }}
            is_residual
        from {{ relation }}
    )
    unpivot (metric_value for metric in ({{ metrics | join(', ') }}))
{%- endmacro %}

{# Columns as DOUBLE. #}
{% macro doubles(columns) -%}
    {%- for column in columns %}
            cast({{ column }} as double) as {{ column }},
    {%- endfor %}
{%- endmacro %}
