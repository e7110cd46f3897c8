with

cells as (
    select * from {{ ref('stg_nsf07329__cells') }}
),

-- Which row of the report is part of which other row, for each flow and year.
parts as (
    select
        'technologies_add_up' as identity_id,
        'technologies' as sheet,
        technology_id as row_id,
        'technologies' as total_sheet,
        'all' as total_row_id
    from {{ ref('technologies') }}
    where technology_id <> 'all' and report_label is not null
    union all
    select
        'partners_add_up' as identity_id,
        'economies' as sheet,
        partner_id as row_id,
        'economies' as total_sheet,
        region_id as total_row_id
    from {{ ref('partners') }}
    where not is_residual and report_label is not null
    union all
    select
        'regions_add_up' as identity_id,
        sheet,
        row_id,
        sheet as total_sheet,
        'all' as total_row_id
    from {{ ref('stg_nsf07329__rows') }}
    where region_id <> 'all' and partner_id = 'all'
    union all
    select
        'tables_agree' as identity_id,
        'technologies' as sheet,
        'all' as row_id,
        'economies' as total_sheet,
        'all' as total_row_id
),

sums as (
    select
        parts.identity_id,
        totals.cell_id as published_cell_id,
        cells.cell_id,
        1 as term_sign,
        cells.value_usd_millions
    from parts
    inner join cells on parts.sheet = cells.sheet and parts.row_id = cells.row_id
    inner join cells as totals
        on
            parts.total_sheet = totals.sheet
            and parts.total_row_id = totals.row_id
            and cells.flow = totals.flow
            and cells.data_year = totals.data_year
),

balances as (
    select
        'balance_is_exports_minus_imports' as identity_id,
        balance.cell_id as published_cell_id,
        cells.cell_id,
        case cells.flow when 'exports' then 1 else -1 end as term_sign,
        cells.value_usd_millions
    from cells
    inner join cells as balance
        on
            cells.sheet = balance.sheet
            and cells.row_id = balance.row_id
            and cells.data_year = balance.data_year
            and balance.flow = 'balance'
    where cells.flow in ('exports', 'imports')
),

terms as (
    select * from sums
    union all
    select * from balances
),

signed as (
    select
        identity_id,
        published_cell_id,
        cell_id,
        cast(term_sign as int) as term_sign,
        cast(term_sign * value_usd_millions as decimal(18, 1)) as term_usd_millions
    from terms
)

select * from signed
