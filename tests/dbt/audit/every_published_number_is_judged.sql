-- Each cell of the tables, each share of the figures and each number in the prose has a verdict.
with

printed as (
    select concat(coalesce(exhibits.kind, 'no exhibit'), '_', cells.cell_id) as published_id
    from {{ ref('stg_nsf07329__cells') }} as cells
    left join {{ ref('exhibits') }} as exhibits
        on exhibits.kind = 'table' and cells.table_number = exhibits.exhibit_number
    union all
    select
        concat(
            coalesce(exhibits.exhibit_id, 'no exhibit'), '/', top_three.technology_id, '/', top_three.partner_id
        ) as published_id
    from {{ ref('stg_nsf07329__top_three') }} as top_three
    left join {{ ref('exhibits') }} as exhibits
        on exhibits.kind = 'figure' and top_three.figure_number = exhibits.exhibit_number
    union all
    select concat('prose/', claim_id) as published_id
    from {{ ref('nsf07329_claims') }}
    where reading = 'as_worded' and printed_as is not null and published_unit <> 'members'
),

claims as (
    select claim_id
    from {{ ref('claims') }}
    where verdict is null
)

select concat(printed.published_id, ' is not in audit.published_values') as problem
from printed
left join {{ ref('published_values') }} as published_values on printed.published_id = published_values.published_id
where published_values.published_id is null
union all
select concat('claim ', claim_id, ' has no verdict') as problem
from claims
