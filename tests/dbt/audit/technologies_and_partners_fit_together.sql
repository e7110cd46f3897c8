-- The figures leave every partner and technology a share: no lower bound is above its upper bound.
select
    concat(
        flow, ' of ', technology_id, ', ', partner_id, ': at least ', lower_bound_pct, ', at most ', upper_bound_pct,
        ' percent'
    ) as problem
from {{ ref('technology_partner_bounds') }}
where lower_bound_pct > upper_bound_pct or lower_bound_pct is null or upper_bound_pct is null
