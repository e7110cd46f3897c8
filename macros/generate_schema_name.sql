{# A model in the folder `marts` lands in the schema `marts`: no prefix, so that names are the same for every user. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
