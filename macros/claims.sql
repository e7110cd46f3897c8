{# Every metric that a claim can ask for, in long form: the fact's, and the bounds of what no table prints. #}
{% macro claim_metrics() -%}
    select
        {{ columns(fact_key()) }},
        is_residual,
        metric,
        metric_value
    from {{ ref('trade_metrics') }}
    union all
    select
        {{ columns(fact_key()) }},
        false as is_residual,
        concat(case flow when 'exports' then 'export_' else 'import_' end, bound) as metric,
        metric_value
    from (
        select
            {{ columns(state(), 'report') }},
            bounds.data_year,
            'advanced_technology_products' as product_type,
            'all' as technology_id,
            partners.region_id,
            bounds.partner_id,
            bounds.flow,
            bounds.technology_hhi_at_least,
            bounds.technology_hhi_at_most
        from {{ ref('partner_specialization_bounds') }} as bounds
        inner join {{ ref('partners') }} as partners on bounds.partner_id = partners.partner_id
        cross join {{ ref('stg_nsf07329__report') }} as report
    ) unpivot (metric_value for bound in (technology_hhi_at_least, technology_hhi_at_most))
{%- endmacro %}

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

{# The end of a regexp_replace's arguments that makes it replace each match. Spark does so without. #}
{% macro regexp_everywhere() -%}
    {% if execute %}{{ adapter.dispatch('regexp_everywhere')() }}{% endif %}
{%- endmacro %}

{% macro default__regexp_everywhere() -%}, 'g'{%- endmacro %}

{% macro spark__regexp_everywhere() -%}{%- endmacro %}
