with

checks as (
    select * from {{ ref('published_value_checks') }}
),

-- The check that counts: one that fails, else one that recomputes the number rather than bounds it; the closest first.
in_order as (
    select
        *,
        cast(count(*) over (partition by published_id) as int) as checks,
        row_number() over (
            partition by published_id
            order by
                case verdict
                    when 'unexplained' then 1
                    when 'rounding' then 2
                    when 'exact' then 3
                    when 'within_bounds' then 4
                    else 5
                end,
                largest_rounding,
                check_id
        ) as check_order
    from checks
),

one_each as (
    select
        published_id,
        area,
        printed_value,
        recomputed_value,
        difference,
        lower_bound,
        upper_bound,
        verdict,
        check_id,
        numbers_used,
        checks
    from in_order
    where check_order = 1
)

select * from one_each
