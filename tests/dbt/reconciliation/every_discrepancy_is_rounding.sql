-- Each of n rounded numbers is off by up to 0.05, so a difference of more than n * 0.05 is an error, not rounding.
select
    concat(
        'Table ', table_number, ', ', flow, ', row "', row_label, '", ', data_year, ' (', identity_id, '): printed ',
        published_usd_millions, ', recomputed ', coalesce(cast(recomputed_usd_millions as string), 'nothing'),
        ', which is more than rounding explains: look the numbers up in the report'
    ) as problem
from {{ ref('reconciliations') }}
where
    difference_usd_millions is null
    or abs(difference_usd_millions) > largest_rounding_usd_millions
