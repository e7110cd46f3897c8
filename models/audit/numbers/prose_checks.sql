with

-- How far an operator allows a number to be below and above the published one, in units of the last digit.
numbers as (
    select
        claims.*,
        cast(operators.lower_digits as decimal(4, 1)) as lower_digits,
        cast(operators.upper_digits as decimal(4, 1)) as upper_digits
    from {{ ref('claims') }} as claims
    inner join {{ ref('operators') }} as operators on claims.operator = operators.operator
    where claims.printed_as is not null and claims.published_unit <> 'members'
),

readings as (
    {{ latest_states('claim_readings') }}
    where claim_readings.is_source_of_the_claim
),

bounds as (
    select
        cast(lower_bound_pct as decimal(18, 6)) as lower_bound_pct,
        cast(upper_bound_pct as decimal(18, 6)) as upper_bound_pct,
        technology_id,
        partner_id,
        case flow when 'exports' then 'export_share_pct' else 'import_share_pct' end as metric
    from {{ ref('technology_partner_bounds') }}
),

-- "Over 80 percent" is a bound, and the data say how far it may go. A share that no figure prints has bounds too.
checks as (
    select
        readings.observations as numbers_used,
        'prose' as area,
        cast(numbers.published_value as decimal(18, 3)) as printed_value,
        cast(readings.last_digit / 2 as decimal(18, 6)) as half_unit,
        cast(readings.last_digit * greatest(coalesce(numbers.upper_digits, 0), 0.5) as decimal(18, 6))
            as largest_rounding,
        case when bounds.partner_id is null then 'data_behind_the_claim' else 'dollars_and_order_bound_the_share' end
            as check_id,
        concat('prose/', numbers.claim_id) as published_id,
        case
            when numbers.lower_digits is not null and numbers.upper_digits is not null then readings.computed_value
        end as recomputed_value,
        case when numbers.lower_digits is null then readings.computed_value else bounds.lower_bound_pct end
            as lower_bound,
        case when numbers.upper_digits is null then readings.computed_value else bounds.upper_bound_pct end
            as upper_bound
    from numbers
    left join readings
        on
            numbers.claim_id = readings.claim_id
            and numbers.judged_reading = readings.reading
    left join bounds
        on
            numbers.verdict = 'not_checkable'
            and numbers.technologies = bounds.technology_id
            and numbers.partners = bounds.partner_id
            and numbers.metric = bounds.metric
)

select
    {{ check_columns() }}
from checks
