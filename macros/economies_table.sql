{# Tables 2, 3 and 4 as the page prints them: a row an economy, groups above their partners, a column a year. #}
{% macro economies_table(measure) -%}
with

flows as (
    select * from {{ ref('trade_flows') }}
),

rows_of_the_page as (
    select
        'total' as breakdown,
        'world' as member_id,
        'Total' as country_or_economy,
        'total' as row_kind,
        'Total' as row_group,
        1 as page_row
    union all
    select
        'region' as breakdown,
        region_id as member_id,
        report_label as country_or_economy,
        'group' as row_kind,
        report_label as row_group,
        report_order + 1 as page_row
    from {{ ref('dim_region') }}
    where region_id <> 'rest_of_world'
    union all
    select
        'partner' as breakdown,
        partners.partner_id as member_id,
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
            rows_of_the_page.breakdown = flows.breakdown
            and rows_of_the_page.member_id = flows.member_id
    group by
        rows_of_the_page.page_row,
        rows_of_the_page.country_or_economy,
        rows_of_the_page.row_kind,
        rows_of_the_page.row_group
)

select * from wide
order by page_row
{%- endmacro %}
