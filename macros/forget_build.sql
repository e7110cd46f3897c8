{#
  The schema meta names the build that produced a published file. A dbt run by hand changes that file, so that no build
  produced it any more: before dbt writes, this drops the record. `atp build` writes a new one.
#}
{% macro forget_build() %}
    {% if execute and flags.WHICH in ['build', 'run', 'seed'] %}{{ adapter.dispatch('forget_build')() }}{% endif %}
{% endmacro %}

{% macro default__forget_build() %}drop schema if exists meta cascade{% endmacro %}

{# On Spark nothing is published as a file, and a database named `meta` there is not ours. #}
{% macro spark__forget_build() %}{% endmacro %}
