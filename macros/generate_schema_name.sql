{#
  A model in the folder `marts` is built in the schema `marts`, without a prefix, so that names are the same for every user.
  A target whose schema is not main uses that schema as the prefix: `atp_marts` on a server that others use.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set prefix = '' if target.schema == 'main' else target.schema ~ '_' -%}
    {{ prefix ~ (custom_schema_name | trim) if custom_schema_name else target.schema }}
{%- endmacro %}
