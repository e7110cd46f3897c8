{# Place of a member among its kind in its year: 1 = largest, ties share a place, NULL for a residual or a missing value. #}
{% macro member_rank(measure) -%}
    case
        when is_ranked and {{ measure }} is not null
            then cast(rank() over (
                partition by data_year, breakdown, is_ranked order by {{ measure }} desc nulls last
            ) as int)
    end
{%- endmacro %}
