with

flows as (
    select * from {{ ref('trade_flows') }}
    where breakdown in ('total', 'technology')
),

rows_of_a_block as (
    select
        'world' as member_id,
        'All technologies' as category,
        0 as row_in_block
    union all
    select
        technology_id as member_id,
        report_label as category,
        report_order as row_in_block
    from {{ ref('dim_technology') }}
),

unpivoted as (
    select
        member_id,
        measure,
        value_usd_millions,
        data_year
    from flows
    unpivot (
        value_usd_millions for measure in (exports_usd_millions, imports_usd_millions, published_balance_usd_millions)
    )
),

in_blocks as (
    select
        *,
        case measure
            when 'exports_usd_millions' then 'Exports' when 'imports_usd_millions' then 'Imports' else 'Balance'
        end as block,
        case measure
            when 'exports_usd_millions' then 1 when 'imports_usd_millions' then 13 else 25
        end as first_row_of_block
    from unpivoted
),

wide as (
    select
        cast(in_blocks.first_row_of_block + rows_of_a_block.row_in_block as int) as page_row,
        in_blocks.block,
        rows_of_a_block.category,
        {{ pivot_years('in_blocks.value_usd_millions') }},
        case rows_of_a_block.row_in_block when 0 then 'total' else 'member' end as row_kind
    from in_blocks
    inner join rows_of_a_block on in_blocks.member_id = rows_of_a_block.member_id
    group by
        in_blocks.first_row_of_block,
        rows_of_a_block.row_in_block,
        in_blocks.block,
        rows_of_a_block.category
)

select * from wide
order by page_row
