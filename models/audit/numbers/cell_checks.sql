with

cells as (
    select
        cells.cell_id,
        exhibits.exhibit_id,
        concat(exhibits.kind, '_', cells.cell_id) as published_id
    from {{ ref('stg_nsf07329__cells') }} as cells
    inner join {{ ref('exhibits') }} as exhibits
        on exhibits.kind = 'table' and cells.table_number = exhibits.exhibit_number
),

reconciliations as (
    select * from {{ ref('reconciliations') }}
),

results as (
    select
        cell_id,
        identity_id,
        published_usd_millions as printed_value,
        recomputed_usd_millions as recomputed_value,
        largest_rounding_usd_millions as largest_rounding,
        terms as numbers_used
    from reconciliations
),

-- An identity can be solved for each of its terms; the difference is the same each time.
terms as (
    select
        terms.cell_id,
        reconciliations.identity_id,
        terms.term_sign * terms.term_usd_millions as printed_value,
        terms.term_sign * (terms.term_usd_millions + reconciliations.difference_usd_millions) as recomputed_value,
        reconciliations.largest_rounding_usd_millions as largest_rounding,
        reconciliations.terms as numbers_used
    from {{ ref('reconciliation_terms') }} as terms
    inner join reconciliations
        on terms.identity_id = reconciliations.identity_id and terms.published_cell_id = reconciliations.cell_id
),

results_and_terms as (
    select * from results
    union all
    select * from terms
),

checks as (
    select
        cells.published_id,
        cells.exhibit_id as area,
        results_and_terms.identity_id as check_id,
        results_and_terms.numbers_used,
        cast(results_and_terms.printed_value as decimal(18, 3)) as printed_value,
        cast({{ half_unit() }} as decimal(18, 6)) as half_unit,
        cast(results_and_terms.recomputed_value as decimal(18, 6)) as recomputed_value,
        cast(results_and_terms.largest_rounding as decimal(18, 6)) as largest_rounding,
        cast(null as decimal(18, 6)) as lower_bound,
        cast(null as decimal(18, 6)) as upper_bound
    from results_and_terms
    inner join cells on results_and_terms.cell_id = cells.cell_id
)

select {{ check_columns() }}
from checks
