{# The rows of a mart that are the report's: a page shows no other source beside them. #}
{% macro of_report(relation) -%}
    select {{ relation }}.*
    from {{ ref(relation) }} as {{ relation }}
    inner join {{ ref('stg_nsf07329__report') }} as report
        on {{ relation }}.source_id = report.source_id and {{ relation }}.vintage = report.vintage
{%- endmacro %}
