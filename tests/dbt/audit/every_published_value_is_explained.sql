-- No published number is unexplained, except those of claims whose contradiction is on record.
select
    concat(
        checks.published_id, ' (', checks.check_id, '): printed ', checks.printed_value, ', recomputed ',
        coalesce(cast(checks.recomputed_value as string), 'not'), ', bounds ',
        coalesce(cast(checks.lower_bound as string), 'none'), ' to ',
        coalesce(cast(checks.upper_bound as string), 'none')
    ) as problem
from {{ ref('published_value_checks') }} as checks
left join {{ ref('known_contradictions') }} as register
    on checks.published_id = concat('prose/', register.claim_id)
where checks.verdict = 'unexplained' and register.claim_id is null
