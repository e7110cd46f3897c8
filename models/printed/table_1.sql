with

cells as (
    {{ printed_cells('table_1') }}
),

technologies as (
    select * from {{ ref('technologies') }}
    where report_label is not null
),

blocks as (
    {% for block in ['Exports', 'Imports', 'Balance'] %}
        select
            '{{ block }}' as block,
            {{ loop.index }} as block_order
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

rows_of_the_page as (
    select
        blocks.block,
        technologies.report_label,
        technologies.technology_name,
        row_number() over (order by blocks.block_order, technologies.report_order) as page_row,
        case technologies.report_order when 0 then 'total' else 'member' end as row_kind
    from blocks
    cross join technologies
),

wide as (
    select
        cast(rows_of_the_page.page_row as int) as page_row,
        rows_of_the_page.block,
        rows_of_the_page.report_label as category,
        {{ pivot_years('cells.value_usd_millions') }},
        rows_of_the_page.row_kind,
        rows_of_the_page.technology_name
    from rows_of_the_page
    left join cells
        on
            lower(rows_of_the_page.block) = cells.flow
            and rows_of_the_page.report_label = cells.row_label
    group by
        rows_of_the_page.page_row,
        rows_of_the_page.block,
        rows_of_the_page.report_label,
        rows_of_the_page.row_kind,
        rows_of_the_page.technology_name
)

select * from wide
order by page_row
