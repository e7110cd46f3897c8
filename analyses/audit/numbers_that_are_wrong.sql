-- Which numbers of the report disagree with its other numbers, and where is rounding not the reason?
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
