{#
  numerator / denominator as DOUBLE; NULL where the denominator is zero or missing.
  One rule for both engines: DECIMAL / DECIMAL is DOUBLE on DuckDB and DECIMAL on Spark,
  and DECIMAL / 0 is infinity on DuckDB and NULL on Spark.
#}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}
