with

cells as (
    select * from {{ ref('stg_report__cells') }}
),

technologies as (
    select * from {{ ref('stg_reference__technologies') }}
),

economies as (
    select * from {{ ref('stg_reference__economies') }}
),

-- Which row of the report is a part of which other row, for each flow and year.
parts as (
    select
        'technologies_add_up' as identity_id,
        technology_id as row_id,
        'all_technologies' as total_row_id
    from technologies
    where not is_total
    union all
    select
        'partners_add_up' as identity_id,
        economy_id as row_id,
        region_id as total_row_id
    from economies
    where is_partner and not is_region
    union all
    select
        'regions_add_up' as identity_id,
        economy_id as row_id,
        'world' as total_row_id
    from economies
    where is_region
    union all
    select
        'tables_agree' as identity_id,
        'all_technologies' as row_id,
        'world' as total_row_id
),

sums as (
    select
        parts.identity_id,
        totals.cell_id as published_cell_id,
        cells.cell_id,
        1 as term_sign,
        cells.value_usd_millions
    from parts
    inner join cells on parts.row_id = cells.row_id
    inner join cells as totals
        on
            parts.total_row_id = totals.row_id
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
            cells.row_id = balance.row_id
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
