{# Tables 2, 3 and 4 as the report prints them: one row per economy, groups above their partners, one column per year. #}
{% macro economies_table(exhibit_id) -%}
with

cells as (
    {{ printed_cells(exhibit_id) }}
),

regions as (
    select * from {{ ref('regions') }}
),

partners as (
    select * from {{ ref('partners') }}
    where report_label is not null
),

-- "All other countries" is one row: a partner without a group above it.
rows_of_the_page as (
    select
        regions.report_label,
        regions.report_label as row_group,
        regions.report_order,
        case regions.report_order when 0 then 'total' else 'group' end as row_kind,
        case regions.report_order when 0 then regions.report_label else regions.region_name end as economy_name
    from regions
    left join partners on regions.report_label = partners.report_label
    where partners.partner_id is null
    union all
    select
        partners.report_label,
        regions.report_label as row_group,
        partners.report_order,
        'member' as row_kind,
        partners.partner_name as economy_name
    from partners
    left join regions on partners.region_id = regions.region_id
),

wide as (
    select
        cast(rows_of_the_page.report_order + 1 as int) as page_row,
        rows_of_the_page.report_label as country_or_economy,
        {{ pivot_years('cells.value_usd_millions') }},
        rows_of_the_page.row_kind,
        rows_of_the_page.row_group,
        rows_of_the_page.economy_name
    from rows_of_the_page
    left join cells on rows_of_the_page.report_label = cells.row_label
    group by
        rows_of_the_page.report_order,
        rows_of_the_page.report_label,
        rows_of_the_page.row_kind,
        rows_of_the_page.row_group,
        rows_of_the_page.economy_name
)

select * from wide
order by page_row
{%- endmacro %}

{# The cells of one table as printed. #}
{% macro printed_cells(exhibit_id) -%}
    select cells.*
    from {{ ref('stg_nsf07329__cells') }} as cells
    inner join {{ ref('exhibits') }} as exhibits
        on exhibits.kind = 'table' and cells.table_number = exhibits.exhibit_number
    where exhibits.exhibit_id = '{{ exhibit_id }}'
{%- endmacro %}
