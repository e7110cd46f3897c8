{# Figures 3 and 4 as the page prints them: a technology area a row, top row first, partners and shares side by side. #}
{% macro top_three_figure(flow) -%}
with

top_partners as (
    {{ of_report('top_partners_by_technology') }}
    where top_partners_by_technology.flow = '{{ flow }}'
),

wide as (
    select
        figure_row,
        report_label as category,
        {%- for place in [1, 2, 3] %}
        max(case when partner_rank = {{ place }} then partner_label end) as partner_{{ place }},
        max(case when partner_rank = {{ place }} then share_pct end) as share_{{ place }}_pct,
        {%- endfor %}
        {%- for place in [1, 2, 3] %}
        {{ partners_in_place(place) }} as name_{{ place }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from top_partners
    group by figure_row, report_label
)

select * from wide
order by figure_row
{%- endmacro %}

{# Who has a place, by their names and not as printed; two where a place is shared. #}
{% macro partners_in_place(place) -%}
    {%- set name = 'case when partner_rank = ' ~ place ~ ' then partner_name end' -%}
    min({{ name }}) || case when min({{ name }}) <> max({{ name }}) then ' and ' || max({{ name }}) else '' end
{%- endmacro %}
