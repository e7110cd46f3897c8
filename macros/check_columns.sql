{# The report prints its tables and figures to 0.1: a number can be off by half of that, by rounding alone. #}
{% macro half_unit() -%} 0.05 {%- endmacro %}

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
