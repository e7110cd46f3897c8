{# The rows of a mart that are the report's: the page shows no other source beside them. #}
{% macro of_the_report(mart) -%}
    select marts.*
    from {{ mart }} as marts
    inner join {{ ref('stg_nsf07329__report') }} as report on marts.source_id = report.source_id
{%- endmacro %}

{# The first and the last year of the report's totals, in one row. #}
{% macro report_period() -%}
    select
        cast(min(data_year) as int) as first_data_year,
        cast(max(data_year) as int) as last_data_year
    from ({{ of_the_report(ref('trade_totals')) }}) as totals
{%- endmacro %}
