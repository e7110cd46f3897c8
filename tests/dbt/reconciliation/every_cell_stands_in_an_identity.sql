-- No printed number of Tables 1 to 4 goes unchecked: each is a term or the result of at least one identity.
with

checked as (
    select cell_id from {{ ref('reconciliation_terms') }}
    union
    select published_cell_id as cell_id from {{ ref('reconciliation_terms') }}
)

select
    cells.cell_id,
    'no identity of audit.reconciliation_terms contains this cell' as problem
from {{ ref('stg_nsf07329__cells') }} as cells
left join checked on cells.cell_id = checked.cell_id
where checked.cell_id is null
