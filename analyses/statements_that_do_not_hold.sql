-- Which statements of the report are not true as worded, and what do the numbers say?
select
    section,
    place,
    statement,
    printed_as,
    published_value,
    published_unit,
    verdict,
    note,
    coalesce(computed_members, cast(computed_value as string)) as computed
from {{ ref('claims') }}
where verdict = 'contradicted' or judged_reading = 'narrower'
order by case verdict when 'contradicted' then 1 else 2 end, claim_id
