{% set figures = [3, 4] %}

with

{% for figure_number in figures %}
    figure_{{ figure_number }} as (
        {% for place in [1, 2, 3] %}
            select
                {{ figure_number }} as figure_number,
                figure_row,
                category,
                {{ place }} as printed_place,
                partner_{{ place }} as partner_label,
                share_{{ place }}_pct as share_pct
            from {{ ref('nsf07329_figure_' ~ figure_number) }}
            {{ 'union all' if not loop.last }}
        {% endfor %}
    ),
{% endfor %}

printed as (
    select * from figure_3
    union all
    select * from figure_4
),

-- Partners that share a place have a row each.
keyed as (
    select
        report.source_id,
        report.vintage,
        exhibits.last_year as data_year,
        'advanced_technology_products' as product_type,
        technologies.technology_id,
        partners.region_id,
        partners.partner_id,
        printed.figure_number,
        exhibits.flow,
        printed.figure_row,
        printed.category,
        printed.printed_place,
        printed.partner_label,
        printed.share_pct
    from printed
    cross join {{ ref('stg_nsf07329__report') }} as report
    inner join {{ ref('exhibits') }} as exhibits
        on exhibits.kind = 'figure' and printed.figure_number = exhibits.exhibit_number
    left join {{ ref('technologies') }} as technologies on printed.category = technologies.report_label
    left join {{ ref('figure_partner_labels') }} as labels on printed.partner_label = labels.figure_label
    left join {{ ref('partners') }} as partners on labels.partner_id = partners.partner_id
)

select * from keyed
