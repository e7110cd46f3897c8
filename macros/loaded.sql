{#
  Rows of the raw store (docs/load.md): those of a source that names Parquet files, or none, with the same columns, if
  nothing is loaded. Every value is text until staging gives it a type.
#}
{% macro loaded_rows(source_name, table, columns) -%}
    {%- set found = source(source_name, table) -%}
    {%- set files = (graph.sources.values() | selectattr('name', 'equalto', table) | first).meta.files if execute -%}
    {%- if execute and has_loaded_files(files) -%}
        (select {{ columns | join(', ') }}, loaded_at_utc from {{ loaded_files(found, files) }})
    {%- else -%}
        (
            select
                {% for column in columns -%}
                cast(null as string) as {{ column }},
                {% endfor -%}
                cast(null as timestamp) as loaded_at_utc
            where 1 = 0
        )
    {%- endif -%}
{%- endmacro %}

{# Whether a pattern of the raw store has a file. #}
{% macro has_loaded_files(files) -%}
    {{ return(adapter.dispatch('has_loaded_files')(files)) }}
{%- endmacro %}

{% macro default__has_loaded_files(files) -%}
    {%- set counted = run_query("select count(*) from glob('" ~ files ~ "')") -%}
    {{ return(counted.columns[0].values()[0] > 0) }}
{%- endmacro %}

{# The files of a source as a relation. #}
{% macro loaded_files(found, files) -%}
    {{ return(adapter.dispatch('loaded_files')(found, files)) }}
{%- endmacro %}

{% macro default__loaded_files(found, files) -%}
    {{ return(found) }}
{%- endmacro %}
