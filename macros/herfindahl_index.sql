{#
  Herfindahl-Hirschman index, 0 to 10,000: the sum of the squared percentage shares of a breakdown's members in
  the year's total. The residual partner is not one partner, so it stays out: the index over partners is a lower bound.
#}
{% macro herfindahl_index(measure, breakdown) -%}
    10000 * {{ ratio(
        "sum(case when breakdown = '" ~ breakdown ~ "' and member_id <> 'OTHER' then " ~ measure ~ " * " ~ measure ~ " end)",
        "max(case when breakdown = 'total' then " ~ measure ~ " * " ~ measure ~ " end)",
    ) }}
{%- endmacro %}
