{#
  A seed's rows, bound in one statement, as dbt-duckdb does it too. Its own macro asks three macros for each cell which
  character stands for a value, and that was a tenth of a build.
#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {% set names = agate_table.column_names %}
    {% set values = [] %}
    {% for row in agate_table.rows %}{% do values.extend(row) %}{% endfor %}
    {% set places = '(' ~ (['?'] * names | length) | join(', ') ~ ')' %}
    {% set sql = 'insert into ' ~ this.render() ~ ' (' ~ get_seed_column_quoted_csv(model, names) ~ ') values\n'
        ~ ([places] * agate_table.rows | length) | join(',\n') %}
    {% do adapter.add_query(sql, bindings=values, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}
