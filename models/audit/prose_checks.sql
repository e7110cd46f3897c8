with

numbers as (
    select * from {{ ref('claims') }}
    where printed_as is not null and published_unit <> 'members'
),

readings as (
    select * from {{ ref('claim_readings') }}
    where is_source_of_the_claim
),

-- "Over 80 percent" is a bound, and the data say how far it may go.
checks as (
    select
        readings.observations as numbers_used,
        'prose' as area,
        'data_behind_the_claim' as check_id,
        cast(numbers.published_value as decimal(18, 1)) as printed_value,
        cast(readings.last_digit / 2 as decimal(18, 6)) as half_unit,
        cast(readings.last_digit / case numbers.operator when 'about' then 1 else 2 end as decimal(18, 6))
            as largest_rounding,
        concat('prose/', numbers.claim_id) as published_id,
        case when numbers.operator in ('equals', 'about') then readings.computed_value end as recomputed_value,
        case when numbers.operator in ('under', 'at_most') then readings.computed_value end as lower_bound,
        case when numbers.operator in ('over', 'at_least') then readings.computed_value end as upper_bound
    from numbers
    left join readings
        on
            numbers.claim_id = readings.claim_id
            and numbers.judged_reading = readings.reading
)

select {{ check_columns() }}
from checks
