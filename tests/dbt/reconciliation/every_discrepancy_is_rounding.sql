-- Each of n rounded numbers is off by up to 0.05, so a difference of more than n * 0.05 is an error, not rounding.
select
    identity_id,
    cell_id,
    published_usd_millions,
    recomputed_usd_millions,
    largest_rounding_usd_millions
from {{ ref('reconciliations') }}
where
    difference_usd_millions is null
    or abs(difference_usd_millions) > largest_rounding_usd_millions
