{#
  Rows of the raw store (docs/load.md): those of a source that names Parquet files, or none, with the same columns, if
  nothing is loaded. Values are text until staging gives them a type, except where `types` has one. `latest` reads the
  last version of each place alone, without a look into the others.
#}
{% macro loaded_rows(source_name, table, columns, types={}, latest=false) -%}
    {%- set files = files_of(source_name, table, latest) -%}
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

{# The files of a source, as its `meta` names them: none, their pattern, or the last version of each place. #}
{% macro files_of(source_name, table, latest) -%}
    {%- do source(source_name, table) -%}
    {%- if execute -%}
        {%- set found = graph.sources.values() | selectattr('name', 'equalto', table) | first -%}
        {{ return(loaded_files(data_folder(), found.meta.files, latest)) }}
    {%- endif -%}
    {{ return([]) }}
{%- endmacro %}

{# Where the raw store is, seen from the project: what `atp load` has loaded, or `atp synthesize` made up. #}
{% macro data_folder() %}{{ return(env_var('ATP_TRADE_DATA', '') or 'data') }}{% endmacro %}

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
    read_parquet({{ list_of_texts(files) }})
{%- endmacro %}

{% macro list_of_texts(texts) -%}
    [{% for text in texts %}{{ sql_text(text) }}{{ ', ' if not loop.last }}{% endfor %}]
{%- endmacro %}

{% macro sql_text(text) -%}'{{ text | replace("'", "''") }}'{%- endmacro %}

{#
  The flows and months for which a source has a file, FOLDER/FLOW/YEAR/MONTH/TIME.parquet, when that was loaded, and the
  first and the last source that its rows name. DuckDB takes it from the files' names and statistics: a look at the rows
  would cost as much as a third of their sums.
#}
{% macro loaded_months(source_name, table) -%}
    {%- set files = files_of(source_name, table, latest=true) -%}
    {%- if files -%}
        {{ months_of_files(files) }}
    {%- else -%}
        (
            select
                cast(null as string) as flow,
                cast(null as int) as data_year,
                cast(null as int) as data_month,
                cast(null as timestamp) as loaded_at_utc,
                cast(null as string) as source_id,
                cast(null as string) as last_source_id
            where 1 = 0
        )
    {%- endif -%}
{%- endmacro %}

{% macro months_of_files(files) -%}
    {{ return(adapter.dispatch('months_of_files')(files)) }}
{%- endmacro %}

{% macro default__months_of_files(files) -%}
    (
        select
            string_split(file_name, '/')[-4] as flow,
            cast(string_split(file_name, '/')[-3] as int) as data_year,
            cast(string_split(file_name, '-')[-1][:2] as int) as data_month,
            strptime(string_split(file_name, '/')[-1][:15], '%Y%m%dT%H%M%S') as loaded_at_utc,
            min(stats_min_value) as source_id,
            max(stats_max_value) as last_source_id
        from parquet_metadata({{ list_of_texts(files) }})
        where path_in_schema = 'source_id'
        group by file_name
    )
{%- endmacro %}
