{#
  The schema meta tells which build a published file is of. dbt run by hand writes into that file, which is then of no
  build: before it writes, it takes the claim back. `atp build` writes it anew.
#}
{% macro forget_build() %}
    {% if execute and flags.WHICH in ['build', 'run', 'seed'] %}{{ adapter.dispatch('forget_build')() }}{% endif %}
{% endmacro %}

{% macro default__forget_build() %}drop schema if exists meta cascade{% endmacro %}

{# Nothing is published by file on Spark, and a database `meta` there is not ours. #}
{% macro spark__forget_build() %}{% endmacro %}
