{#
  Rows of the raw store (docs/load.md): those of a source that names Parquet files, or none, with the same columns, if
  nothing is loaded. Values are text until staging gives them a type, except where `types` has one. `latest` reads the
  last version of each place alone, without a look into the others.
#}
{% macro loaded_rows(source_name, table, columns, types={}, latest=false) -%}
    {%- do source(source_name, table) -%}
    {%- set pattern = (graph.sources.values() | selectattr('name', 'equalto', table) | first).meta.files if execute -%}
    {%- set files = loaded_files(data_folder(), pattern, latest) if execute else [] -%}
    {%- if files -%}
        (select {{ columns | join(', ') }}, loaded_at_utc from {{ parquet_rows(files) }})
    {%- else -%}
        (
            select
                {% for column in columns -%}
                cast(null as {{ types.get(column, 'string') }}) as {{ column }},
                {% endfor -%}
                cast(null as timestamp) as loaded_at_utc
            where 1 = 0
        )
    {%- endif -%}
{%- endmacro %}

{# Where the raw store is, seen from the project: what `atp load` has loaded, or `atp synthesize` made up. #}
{% macro data_folder() %}{{ return(env_var('ATP_TRADE_DATA', 'data')) }}{% endmacro %}

{# The files of a pattern: none, the pattern itself, or the last file of each folder. #}
{% macro loaded_files(folder, pattern, latest) -%}
    {{ return(adapter.dispatch('loaded_files')(folder, pattern, latest)) }}
{%- endmacro %}

{% macro default__loaded_files(folder, pattern, latest) -%}
    {%- set found = run_query(
        "select max(file) from glob(" ~ sql_text(folder ~ '/' ~ pattern) ~ ") group by parse_dirpath(file) order by 1"
    ).columns[0].values() | list -%}
    {{ return(found if latest or not found else [folder ~ '/' ~ pattern]) }}
{%- endmacro %}

{# The rows of files. #}
{% macro parquet_rows(files) -%}
    {{ return(adapter.dispatch('parquet_rows')(files)) }}
{%- endmacro %}

{% macro default__parquet_rows(files) -%}
    {%- set quoted = [] -%}
    {%- for file in files -%}{%- do quoted.append(sql_text(file)) -%}{%- endfor -%}
    read_parquet([{{ quoted | join(', ') }}])
{%- endmacro %}

{% macro sql_text(text) -%}'{{ text | replace("'", "''") }}'{%- endmacro %}

{#
  The flows and months for which a source has a file, FOLDER/FLOW/YEAR/MONTH/TIME.parquet, and when that was loaded. The
  names say it: a look into the files would cost a third of a sum of their rows.
#}
{% macro loaded_months(source_name, table) -%}
    {%- do source(source_name, table) -%}
    {%- set pattern = (graph.sources.values() | selectattr('name', 'equalto', table) | first).meta.files if execute -%}
    {%- set rows = [] -%}
    {%- for file in (loaded_files(data_folder(), pattern, true) if execute else []) -%}
        {%- set flow, year, month, name = file.replace('\\', '/').split('/')[-4:] -%}
        {%- set time = modules.datetime.datetime.strptime(name[:15], '%Y%m%dT%H%M%S') -%}
        {%- do rows.append("('" ~ flow ~ "', " ~ year | int ~ ", " ~ month[5:7] | int ~ ", timestamp '" ~ time ~ "')") -%}
    {%- endfor -%}
    (
        select * from (values {{ rows | join(', ') or "('', 0, 0, timestamp '2000-01-01 00:00:00')" }})
            as months (flow, data_year, data_month, loaded_at_utc)
        where flow <> ''
    )
{%- endmacro %}
