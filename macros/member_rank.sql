{# Place of a member among its kind in its year: 1 = largest, ties share a place, NULL for a residual or a missing value. #}
{% macro member_rank(measure) -%}
    case
        when is_ranked and {{ measure }} is not null
            then cast(rank() over (
                partition by data_year, breakdown, is_ranked order by {{ measure }} desc nulls last
            ) as int)
    end
{%- endmacro %}

{# Place of a partner within its region in its year, by its place among all partners; NULL where that is NULL. #}
{% macro rank_in_region(rank_of_all) -%}
    case
        when {{ rank_of_all }} is not null
            then cast(rank() over (
                partition by partners.region_id, trade_measures.data_year order by {{ rank_of_all }} nulls last
            ) as int)
    end
{%- endmacro %}
