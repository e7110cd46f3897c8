{# The wide year columns (y2000 ... y2006) of the report's tables, spelled here and nowhere else. #}

{% macro year_columns() %}
    {% set columns = [] %}
    {% for year in var('report_years') %}{% do columns.append('y' ~ year) %}{% endfor %}
    {{ return(columns) }}
{% endmacro %}

{#
  The rows of a wide table in long form: data_year and value_usd_millions in place of the year columns. `include nulls`,
  because a missing cell must be seen downstream and not vanish.
#}
{% macro unpivot_years(relation, columns) %}
    select
        {{ columns | join(', ') }},
        cast(substring(year_column, 2) as int) as data_year,
        cast(printed_value as decimal(18, 1)) as value_usd_millions
    from {{ relation }}
    unpivot include nulls (printed_value for year_column in ({{ year_columns() | join(', ') }}))
{% endmacro %}

{# The year columns that the model's YAML file declares, since that says which years a printed page shows. #}
{% macro declared_year_columns() %}
    {% set columns = [] %}
    {% for column in model.columns if column[:1] == 'y' and column[1:] | int > 0 %}{% do columns.append(column) %}{% endfor %}
    {{ return(columns) }}
{% endmacro %}

{# The way back, in a query that groups by the wide table's row. #}
{% macro pivot_years(value) %}
    {%- for column in declared_year_columns() %}
    max(case when data_year = {{ column[1:] }} then {{ value }} end) as {{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
