-- No cell is one of the terms from which it is recomputed.
select
    identity_id,
    published_cell_id,
    'the cell is one of its own terms' as problem
from {{ ref('reconciliation_terms') }}
where published_cell_id = cell_id
