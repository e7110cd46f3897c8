{# The rows of a mart that are the report's: the page shows no other source beside them. #}
{% macro of_the_report(mart) -%}
    select marts.*
    from {{ mart }} as marts
    inner join {{ ref('stg_nsf07329__report') }} as report on marts.source_id = report.source_id
{%- endmacro %}
