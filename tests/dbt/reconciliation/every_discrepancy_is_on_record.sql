-- A published number that differs from the sum of others is in the register with both numbers, and nothing else is.
with

found as (
    select * from {{ ref('reconciliations') }}
    where difference_usd_millions <> 0 or difference_usd_millions is null
),

register as (
    select * from {{ ref('known_discrepancies') }}
),

compared as (
    select
        coalesce(found.identity_id, register.identity_id) as identity_id,
        coalesce(found.table_number, register.table_number) as table_number,
        coalesce(found.flow, register.flow) as flow,
        coalesce(found.row_label, register.row_label) as row_label,
        coalesce(found.data_year, register.data_year) as data_year,
        case
            when register.identity_id is null
                then concat(
                    'published ', found.published_usd_millions, ', recomputed ', found.recomputed_usd_millions,
                    ', and not in seeds/nsf07329/known_discrepancies.csv'
                )
            when found.identity_id is null
                then 'in seeds/nsf07329/known_discrepancies.csv, but the numbers agree'
            when
                found.published_usd_millions <> register.published_usd_millions
                or found.recomputed_usd_millions <> register.recomputed_usd_millions
                then concat(
                    'published ', found.published_usd_millions, ', recomputed ', found.recomputed_usd_millions,
                    ', but seeds/nsf07329/known_discrepancies.csv has ', register.published_usd_millions,
                    ' and ', register.recomputed_usd_millions
                )
        end as what_is_wrong
    from found
    full outer join register
        on
            found.identity_id = register.identity_id
            and found.table_number = register.table_number
            and found.flow = register.flow
            and found.row_label = register.row_label
            and found.data_year = register.data_year
)

select
    concat(
        'Table ',
        table_number,
        ', ',
        flow,
        ', row "',
        row_label,
        '", ',
        data_year,
        ' (',
        identity_id,
        '): ',
        what_is_wrong
    ) as problem
from compared
where what_is_wrong is not null
