-- A reading of a claim that the numbers contradict is in the register with both numbers, and nothing else is.
with

readings as (
    {{ latest_states('claim_readings') }}
    where claim_readings.is_source_of_the_claim
),

found as (
    select
        *,
        coalesce(computed_members, cast(computed_value as string)) as computed
    from readings
    where not holds or holds is null
),

register as (
    select
        *,
        case
            when regexp_extract(computed_value, '^-?[0-9.]+$', 0) = computed_value
                then cast(cast(computed_value as decimal(18, 6)) as string)
            else computed_value
        end as computed
    from {{ ref('known_contradictions') }}
),

compared as (
    select
        coalesce(found.claim_id, register.claim_id) as claim_id,
        coalesce(found.reading, register.reading) as reading,
        case
            when register.claim_id is null
                then concat(
                    'the report says ', found.published_value, ', the data say ', coalesce(found.computed, 'nothing'),
                    ', and seeds/nsf07329/known_contradictions.csv does not have it'
                )
            when found.claim_id is null then 'in seeds/nsf07329/known_contradictions.csv, but it is true'
            when found.published_value <> register.published_value or found.computed <> register.computed
                then concat(
                    'the report says ', found.published_value, ', the data say ', found.computed,
                    ', but seeds/nsf07329/known_contradictions.csv has ', register.published_value,
                    ' and ', register.computed_value
                )
        end as what_is_wrong
    from found
    full outer join register on found.claim_id = register.claim_id and found.reading = register.reading
)

select concat('claim ', claim_id, ' (', reading, '): ', what_is_wrong) as problem
from compared
where what_is_wrong is not null
