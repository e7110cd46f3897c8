{# Figures 3 and 4 as the report prints them: one row per technology area, top row first, partners and shares side by side. #}
{% macro top_three_figure(exhibit_id) -%}
with

top_partners as (
    select
        top_partners.*,
        case when areas.technology_id is null then 'total' else 'member' end as row_kind
    from ({{ of_report('top_partners_by_technology') }}) as top_partners
    inner join {{ ref('exhibits') }} as exhibits
        on
            top_partners.flow = exhibits.flow
            and top_partners.data_year = exhibits.last_year
    left join {{ ref('dim_technology') }} as areas on top_partners.technology_id = areas.technology_id
    where exhibits.exhibit_id = '{{ exhibit_id }}'
),

wide as (
    select
        figure_row,
        report_label as category,
        {%- for place in [1, 2, 3] %}
        max(case when printed_place = {{ place }} then partner_label end) as partner_{{ place }},
        max(case when printed_place = {{ place }} then share_pct end) as share_{{ place }}_pct,
        {%- endfor %}
        {%- for place in [1, 2, 3] %}
        {{ partners_in_place(place) }} as name_{{ place }},
        {%- endfor %}
        technology_name,
        row_kind
    from top_partners
    group by figure_row, report_label, technology_name, row_kind
)

select * from wide
order by figure_row
{%- endmacro %}

{# The names of the partners in a place, not as printed; two where a place is shared. #}
{% macro partners_in_place(place) -%}
    {%- set name = 'case when printed_place = ' ~ place ~ ' then partner_name end' -%}
    min({{ name }}) || case when min({{ name }}) <> max({{ name }}) then ' and ' || max({{ name }}) else '' end
{%- endmacro %}
