with

checks as (
    select {{ check_columns() }}
    from {{ ref('cell_checks') }}
    union all
    select {{ check_columns() }}
    from {{ ref('figure_checks') }}
    union all
    select {{ check_columns() }}
    from {{ ref('prose_checks') }}
),

with_difference as (
    select
        *,
        cast(printed_value - recomputed_value as decimal(18, 6)) as difference
    from checks
),

judged as (
    select
        *,
        case
            when recomputed_value is null and lower_bound is null and upper_bound is null then 'not_checkable'
            when abs(difference) <= half_unit then 'exact'
            when abs(difference) <= largest_rounding then 'rounding'
            when
                recomputed_value is null
                and printed_value between coalesce(lower_bound, printed_value) and coalesce(upper_bound, printed_value)
                then 'within_bounds'
            else 'unexplained'
        end as verdict
    from with_difference
)

select * from judged
