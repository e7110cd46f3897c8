with

terms as (
    select * from {{ ref('reconciliation_terms') }}
),

cells as (
    select * from {{ ref('stg_nsf07329__cells') }}
),

recomputed as (
    select
        identity_id,
        published_cell_id,
        cast(sum(term_usd_millions) as decimal(18, 1)) as recomputed_usd_millions,
        cast(count(*) as int) as terms
    from terms
    group by identity_id, published_cell_id
),

compared as (
    select
        recomputed.identity_id,
        recomputed.published_cell_id as cell_id,
        cells.table_number,
        cells.flow,
        cells.row_id,
        cells.row_label,
        cells.data_year,
        recomputed.terms,
        cells.value_usd_millions as published_usd_millions,
        recomputed.recomputed_usd_millions,
        cast(cells.value_usd_millions - recomputed.recomputed_usd_millions as decimal(18, 1))
            as difference_usd_millions,
        cast({{ half_unit() }} * (recomputed.terms + 1) as decimal(18, 2)) as largest_rounding_usd_millions
    from recomputed
    inner join cells on recomputed.published_cell_id = cells.cell_id
)

select * from compared
