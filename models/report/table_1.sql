{% set blocks = {'exports': 1, 'imports': 13, 'balance': 25} %}

with

cells as (
    select * from {{ ref('stg_nsf07329__cells') }}
    where sheet = 'technologies'
),

in_blocks as (
    select
        cells.*,
        technologies.report_order,
        case cells.flow
            {%- for flow, first_row in blocks.items() %}
                when '{{ flow }}' then {{ first_row }}
            {%- endfor %}
        end + technologies.report_order as page_row,
        concat(upper(substring(cells.flow, 1, 1)), substring(cells.flow, 2)) as block
    from cells
    inner join {{ ref('technologies') }} as technologies on cells.row_id = technologies.technology_id
),

wide as (
    select
        cast(page_row as int) as page_row,
        block,
        row_label as category,
        {{ pivot_years('value_usd_millions') }},
        case report_order when 0 then 'total' else 'member' end as row_kind
    from in_blocks
    group by
        page_row,
        report_order,
        block,
        row_label
)

select * from wide
order by page_row
