{# Whether a text of a seed is another one than the second reading has. A text that one of them lacks counts too. #}
{% macro differs(found, reread) -%}
    coalesce({{ found }}, 'nothing') <> coalesce({{ reread }}, 'nothing')
{%- endmacro %}

{# The end of a sentence about such a text, from its place on: both texts, and what to do. #}
{% macro both_readings(found, reread, seed, original) -%}
    concat(
            ': ', coalesce({{ found }}, 'nothing'), ', but the second reading has ', coalesce({{ reread }}, 'nothing'),
            ': look it up in {{ original }}, and correct this file or seeds/second_reading/{{ seed }}.csv'
        )
{%- endmacro %}
