{# Tables 2, 3 and 4 are the same sheet for three flows: long, and keyed by the id of the row's economy. #}
{% macro stage_economies_table(table_number, flow) -%}
with

unpivoted as (
    {{ unpivot_years(ref('nsf07329_table_' ~ table_number), ['country_or_economy']) }}
),

economies as (
    select * from {{ ref('stg_reference__economies') }}
),

keyed as (
    select
        {{ table_number }} as table_number,
        economies.economy_id as row_id,
        unpivoted.country_or_economy as row_label,
        '{{ flow }}' as flow,
        unpivoted.value_usd_millions,
        unpivoted.data_year
    from unpivoted
    left join economies on unpivoted.country_or_economy = economies.report_label
)

select * from keyed
{%- endmacro %}
