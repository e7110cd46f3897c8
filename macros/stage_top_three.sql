{# Figures 3 and 4 made long: one row a technology, place and partner; partners that share a place have a row each. #}
{% macro stage_top_three(seed, flow) -%}
with

source as (
    select * from {{ ref(seed) }}
),

technologies as (
    select * from {{ ref('stg_reference__technologies') }}
),

labels as (
    select * from {{ ref('figure_partner_labels') }}
),

unpivoted as (
    {% for place in [1, 2, 3] %}
    select
        figure_row,
        category,
        {{ place }} as place,
        partner_{{ place }} as partner_label,
        share_{{ place }}_pct as share_pct
    from source
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

keyed as (
    select
        technologies.technology_id,
        labels.partner_id,
        unpivoted.category,
        unpivoted.partner_label,
        '{{ flow }}' as flow,
        unpivoted.figure_row,
        unpivoted.place,
        unpivoted.share_pct,
        2006 as data_year
    from unpivoted
    left join technologies on unpivoted.category = technologies.report_label
    left join labels on unpivoted.partner_label = labels.figure_label
)

select * from keyed
{%- endmacro %}
