{# Whether a claim's list contains an id. A list is ids separated by spaces, or `*` for each id except `all`. #}
{% macro asks_for(list, id) -%}
    case {{ list }}
                when '*' then {{ id }} <> 'all'
                else instr(concat(' ', {{ list }}, ' '), concat(' ', {{ id }}, ' ')) > 0
            end
{%- endmacro %}

{# How many ids a list names. #}
{% macro ids_named(list) -%}
    length({{ list }}) - length(replace({{ list }}, ' ', '')) + 1
{%- endmacro %}

{# In a query that groups by reading: ids separated by spaces, in order of rank, as many as the claim names. #}
{% macro ids_in_order() -%}
    {% if execute %}{{ adapter.dispatch('ids_in_order')() }}{% else %}{{ default__ids_in_order() }}{% endif %}
{%- endmacro %}

{% macro default__ids_in_order() -%}
    string_agg(case when value_rank <= members_named then member_id end, ' ' order by value_rank)
{%- endmacro %}

{# Spark 4.3 fails on an ordered listagg beside a count of distinct values. #}
{% macro spark__ids_in_order() -%}
    nullif(
                array_join(
                    transform(
                        array_sort(
                            collect_list(
                                case when value_rank <= members_named then struct(value_rank, member_id) end
                            )
                        ),
                        ranked -> ranked.member_id
                    ),
                    ' '
                ),
                ''
            )
{%- endmacro %}

{# Whether a number is in an interval. A NULL end is no bound; the ends belong to the interval if it has edges. #}
{% macro is_in_interval(number, lower, upper, has_edges) -%}
    case
            when {{ number }} is null then null
            when {{ has_edges }}
                then coalesce({{ number }} >= {{ lower }}, true) and coalesce({{ number }} <= {{ upper }}, true)
            else coalesce({{ number }} > {{ lower }}, true) and coalesce({{ number }} < {{ upper }}, true)
        end
{%- endmacro %}
