-- Which numbers of the report differ from what its other numbers give, and is rounding the reason?
select
    published_id,
    area,
    printed_value,
    recomputed_value,
    difference,
    verdict,
    check_id
from {{ ref('published_values') }}
where verdict in ('unexplained', 'rounding')
order by verdict desc, abs(difference) desc, published_id
