-- Which statements of the report are not true as worded, or not on later data, and what do the numbers say?
select
    stated_by,
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
where verdict in ('contradicted', 'confirmed_in_another_reading', 'fails_on_later_data')
order by case verdict when 'contradicted' then 1 when 'confirmed_in_another_reading' then 2 else 3 end, claim_id
