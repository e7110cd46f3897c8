-- Which statements are not true as worded, or not on later data, and what do the numbers say?
select
    stated_by,
    section,
    place,
    statement,
    how_measured,
    printed_as,
    published_value,
    published_unit,
    verdict,
    note,
    later_value,
    coalesce(computed_members, cast(computed_value as string)) as computed
from {{ ref('claims') }}
where
    verdict in ('contradicted', 'confirmed_in_another_reading', 'fails_on_later_data')
    or not other_reading_holds
order by
    case verdict
        when 'contradicted' then 1 when 'not_checkable' then 2 when 'confirmed_in_another_reading' then 3 else 4
    end,
    claim_id
