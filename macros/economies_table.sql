{# Tables 2, 3 and 4 as the page prints them: a row an economy, groups above their partners, a column a year. #}
{% macro economies_table(measure) -%}
with

flows as (
    {{ of_report('trade') }}
    where trade.technology_id = 'all'
),

rows_of_the_page as (
    select
        'all' as region_id,
        'all' as partner_id,
        'Total' as country_or_economy,
        'total' as row_kind,
        'Total' as row_group,
        1 as page_row
    union all
    select
        region_id,
        'all' as partner_id,
        report_label as country_or_economy,
        'group' as row_kind,
        report_label as row_group,
        report_order + 1 as page_row
    from {{ ref('regions') }}
    where region_id <> 'all' and not is_residual
    union all
    select
        partners.region_id,
        partners.partner_id,
        partners.report_label as country_or_economy,
        'member' as row_kind,
        regions.report_label as row_group,
        partners.report_order + 1 as page_row
    from {{ ref('dim_partner') }} as partners
    left join {{ ref('dim_region') }} as regions on partners.region_id = regions.region_id
),

wide as (
    select
        rows_of_the_page.page_row,
        rows_of_the_page.country_or_economy,
        {{ pivot_years('flows.' ~ measure) }},
        rows_of_the_page.row_kind,
        rows_of_the_page.row_group
    from rows_of_the_page
    left join flows
        on
            rows_of_the_page.region_id = flows.region_id
            and rows_of_the_page.partner_id = flows.partner_id
    group by
        rows_of_the_page.page_row,
        rows_of_the_page.country_or_economy,
        rows_of_the_page.row_kind,
        rows_of_the_page.row_group
)

select * from wide
order by page_row
{%- endmacro %}
