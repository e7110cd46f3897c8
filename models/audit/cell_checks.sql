with

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

-- An identity can be solved for each of its terms, and is then off by the same amount.
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
        identity_id as check_id,
        numbers_used,
        cast(printed_value as decimal(18, 3)) as printed_value,
        cast(0.05 as decimal(18, 6)) as half_unit,
        cast(recomputed_value as decimal(18, 6)) as recomputed_value,
        cast(largest_rounding as decimal(18, 6)) as largest_rounding,
        cast(null as decimal(18, 6)) as lower_bound,
        cast(null as decimal(18, 6)) as upper_bound,
        concat('table_', cell_id) as published_id,
        concat('table_', substring(cell_id, 1, 1)) as area
    from results_and_terms
)

select {{ check_columns() }}
from checks
