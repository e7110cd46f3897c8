-- The figure prints no numbers: these are the balances of Table 1 for its years.
select
    cast(row_number() over (order by page_row) as int) as page_row,
    category,
    {{ declared_year_columns() | join(',\n    ') }},
    technology_name
from {{ ref('table_1') }}
where block = 'Balance' and row_kind = 'member'
order by page_row
