{# A CTE with a column a metric, made long: one row a metric that is not NULL. #}
{% macro long_metrics(relation, metrics) -%}
    select
        metric,
        breakdown,
        member_id,
        metric_value,
        source_id,
        vintage,
        data_year
    from {{ relation }}
    unpivot (metric_value for metric in ({{ metrics | join(', ') }}))
{%- endmacro %}

{# Columns as DOUBLE, since an unpivot needs one type. #}
{% macro doubles(columns) -%}
    {%- for column in columns %}
        cast({{ column }} as double) as {{ column }},
    {%- endfor %}
{%- endmacro %}
