{# The first and last year of the report's totals, in one row. #}
{% macro report_period() -%}
    select
        cast(min(data_year) as int) as first_data_year,
        cast(max(data_year) as int) as last_data_year
    from ({{ of_report('trade_totals') }}) as totals
{%- endmacro %}
