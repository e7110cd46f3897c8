-- No cell stands among the terms that it is recomputed from.
select
    identity_id,
    published_cell_id,
    'the cell stands among its own terms' as problem
from {{ ref('reconciliation_terms') }}
where published_cell_id = cell_id
