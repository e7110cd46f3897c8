{#
  Where Spark differs from DuckDB and shared SQL cannot bridge the gap. No rule about the data belongs here.
#}

{#
  A table with its columns' comments. Spark takes comments in a view's header, not in `create table ... as`, and a table
  made from such a view keeps them. dbt-spark alone would leave Parquet tables without comments.
#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- if temporary or not (config.persist_column_docs() and model.columns) -%}
        {{ dbt.spark__create_table_as(temporary, relation, compiled_code, language) }}
    {%- else -%}
        {%- set view = relation.identifier ~ '__commented' -%}
        {%- set header = [] -%}
        {%- for column in adapter.get_column_schema_from_query(get_empty_subquery_sql(compiled_code)) -%}
            {%- set description = model.columns.get(column.name, {}).get('description', '') -%}
            {%- if description | length > 256 -%}
                {%- do exceptions.raise_compiler_error(
                    model.original_file_path ~ ': the description of ' ~ column.name
                    ~ ' is longer than the 256 characters that a Hive metastore keeps: shorten it'
                ) -%}
            {%- endif -%}
            {%- do header.append(adapter.quote(column.name) ~ ' comment ' ~ spark_text(description)) -%}
        {%- endfor -%}
        {%- do run_query('create or replace temporary view ' ~ view ~ ' (' ~ header | join(', ') ~ ') as ' ~ compiled_code) -%}
        {{ dbt.spark__create_table_as(temporary, relation, 'select * from ' ~ view, language) }}
    {%- endif -%}
{%- endmacro %}

{#
  A seed's rows, as one literal: JSON, since Spark reads one long text sooner than a literal for each cell. dbt-spark passes
  cells as parameters, which its `session` method (Spark Connect) puts into the statement without regard to NULL, quotes
  and backslashes. Columns are in the order that check_seed has seen.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set rows, columns = [], [] %}
    {% for row in agate_table.rows %}{% do rows.append(row.values() | list) %}{% endfor %}
    {% for type in model.config.column_types.values() %}
        {% do columns.append('cast(cells[' ~ loop.index0 ~ '] as ' ~ type ~ ')') %}
    {% endfor %}
    {% set sql = 'insert into ' ~ this.render() ~ ' select ' ~ columns | join(', ') ~ ' from (select explode(from_json('
        ~ spark_text(tojson(rows)) ~ ", 'array<array<string>>')) as cells)" %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{% endmacro %}

{# A relation's comment; dbt-spark alone does not escape backslashes. #}
{% macro spark__comment_clause() -%}
    {%- if config.persist_relation_docs() %} comment {{ spark_text(model.description) }} {% endif -%}
{%- endmacro %}

{# A text literal. Spark reads backslashes as escapes and fills in ${...}, with the server's environment too. #}
{% macro spark_text(text) -%}
    '{{ text | replace('\\', '\\\\') | replace("'", "\\'") | replace('$', '\\u0024') }}'
{%- endmacro %}

{#
  Spark has no relation of the files that are there, and a pattern without a file is an error. So `atp build-spark` says in
  SPARK_LOADED where the project is, and which file is the last one in each of its folders of loaded files.
#}
{% macro spark__loaded_files(folder, pattern, latest) -%}
    {%- set shape = modules.re.compile(modules.re.escape(folder ~ '/' ~ pattern).replace('\\*', '[^/]*')) -%}
    {%- set found = [] -%}
    {%- for place, file in fromjson(env_var('SPARK_LOADED', '{}')).get('latest', {}).items() -%}
        {%- if shape.fullmatch(place ~ '/' ~ file) -%}{%- do found.append(place ~ '/' ~ file) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(found if latest or not found else [folder ~ '/' ~ pattern]) }}
{%- endmacro %}

{# What means something in a pattern of files, or in a name, is escaped in the project's path. #}
{% macro spark__parquet_rows(files) -%}
    {%- set project = modules.re.sub('([\\\\*?{}\\[\\]])', '\\\\\\1', fromjson(env_var('SPARK_LOADED'))['project']) -%}
    {%- set these = files[0] if files | length == 1 else '{' ~ files | join(',') ~ '}' -%}
    parquet.`{{ (project ~ '/' ~ these) | replace('`', '``') }}`
{%- endmacro %}

{# The files' statistics are not to be asked for. #}
{% macro spark__months_of_files(files) -%}
    (
        select
            flow,
            data_year,
            data_month,
            max(loaded_at_utc) as loaded_at_utc,
            min(source_id) as source_id,
            max(source_id) as last_source_id
        from {{ parquet_rows(files) }}
        group by flow, data_year, data_month
    )
{%- endmacro %}
