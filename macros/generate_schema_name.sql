{#
  A model in the folder `marts` lands in the schema `marts`: no prefix, so that names are the same for every user.
  A target with a schema other than main has it as the prefix: on a server that others use, `atp_marts`.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set prefix = '' if target.schema == 'main' else target.schema ~ '_' -%}
    {{ prefix ~ (custom_schema_name | trim) if custom_schema_name else target.schema }}
{%- endmacro %}
