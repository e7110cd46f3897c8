{# What each check of a published number says, in order: the columns that `cell_checks` and its like have in common. #}
{% macro check_columns() -%}
    published_id,
        area,
        check_id,
        printed_value,
        half_unit,
        recomputed_value,
        largest_rounding,
        lower_bound,
        upper_bound,
        numbers_used
{%- endmacro %}
