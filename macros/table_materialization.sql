{#
  A table in three statements: begin; one string that checks the contract, and creates, fills and comments the table;
  commit. dbt-duckdb's own materialization takes about ten, since it builds beside the table's place, renames, and asks
  DuckDB for columns that are known here. That one still builds what the project does not use, except models in
  Python, which dbt refuses.
#}
{% materialization table, adapter='duckdb' %}
    {% set unusual = pre_hooks + post_hooks %}
    {% for name in ['grants', 'indexes', 'partition_by', 'partitioned_by', 'sort_by', 'sorted_by'] %}
        {% if config.get(name) %}{% do unusual.append(name) %}{% endif %}
    {% endfor %}
    {% if unusual or adapter.is_ducklake(this) or adapter.disable_transactions() %}
        {{ return(dbt.materialization_table_duckdb()) }}
    {% endif %}

    {% set table = this.incorporate(type='table') %}
    {# Dropped in the same transaction: if the new table fails, the old one is still there. #}
    {% set existing = load_cached_relation(this) %}
    {% set dependents = drop_relation_for_rebuild(existing) if existing is not none else [] %}
    {% call statement('main') %}
        {{ create_table_as(false, table, compiled_code) }}
        {{ comments(table) }}
    {% endcall %}
    {% do restore_foreign_key_dependents(dependents) %}
    {% do adapter.commit() %}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}

{# The comments on a table and its columns. DuckDB refuses one on a column that the table does not have. #}
{% macro comments(table) %}
    {% if config.persist_relation_docs() and model.description %}
        {{ alter_relation_comment(table, model.description) }}
    {% endif %}
    {% for column in model.columns.values() if config.persist_column_docs() %}
        comment on column {{ table }}.{{ adapter.quote(column.name) if column.quote else column.name }}
        is {{ duckdb_escape_comment(column.description) }};
    {% endfor %}
{% endmacro %}

{# The contract as SQL, in one string with what creates the table or view; dbt's own check asks DuckDB twice before. #}
{% macro duckdb__get_assert_columns_equivalent(sql) %}
    {% if not model.columns %}{% do exceptions.raise_contract_error([], []) %}{% endif %}
    {{ config.get('sql_header') or '' }}
    select error(
        'This model has an enforced contract that failed. Please ensure the name, data_type, and number of columns in '
        || 'your contract match the columns in your model''s definition: '
        || string_agg(
            case
                when made.column_name is null then concat(declared.column_name, ' is missing in definition')
                when declared.column_name is null then concat(made.column_name, ' is missing in contract')
                else concat(made.column_name, ' is ', made.column_type, ', not ', declared.column_type)
            end, '; ' order by coalesce(made.column_name, declared.column_name)
        )
    )
    from (describe ({{ get_empty_subquery_sql(sql) }})) as made
    full join (describe ({{ get_empty_schema_sql(model.columns) }})) as declared
        on made.column_name = declared.column_name
    where made.column_type is distinct from declared.column_type
    having count(*) > 0;
{% endmacro %}
