{# The columns that `cell_checks`, `figure_checks` and `prose_checks` share, in order: what each check of a number says. #}
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
