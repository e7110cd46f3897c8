-- Tables 1 to 4 have the labels, numbers and order of lines that a second reading of the report found, and no others.
-- D64 in DECISIONS.md.
{% set first_year, last_year = 2000, 2006 %}

with

lines_read as (
    select * from {{ ref('second_reading_tables') }}
),

numbers_read as (
    {% for year in range(first_year, last_year + 1) %}
        select
            table_number,
            block,
            row_label,
            {{ year }} as data_year,
            replace(split_part(printed_numbers, ' ', {{ loop.index }}), ',', '') as printed_number
        from lines_read
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

cells as (
    select
        table_number,
        flow,
        row_label,
        data_year,
        cast(value_usd_millions as string) as printed_number
    from {{ ref('stg_nsf07329__cells') }}
),

numbers as (
    select
        cells.printed_number as found,
        numbers_read.printed_number as reread,
        concat(
            'seeds/nsf07329/nsf07329_table_', coalesce(cells.table_number, numbers_read.table_number), '.csv, ',
            coalesce(cells.flow, numbers_read.block, '(no block)'), ', row "',
            coalesce(cells.row_label, numbers_read.row_label, '(no label)'), '", ',
            coalesce(cells.data_year, numbers_read.data_year)
        ) as place
    from cells
    full outer join numbers_read
        on
            cells.table_number = numbers_read.table_number
            and cells.flow = numbers_read.block
            and cells.row_label = numbers_read.row_label
            and cells.data_year = numbers_read.data_year
),

-- "All other countries" is both a partner and a region.
ordered as (
    select
        'technologies' as seed,
        'technologies' as sheet,
        report_label,
        report_order
    from {{ ref('technologies') }}
    where report_label is not null
    union all
    select
        'partners' as seed,
        'economies' as sheet,
        report_label,
        report_order
    from {{ ref('partners') }}
    where report_label is not null
    union all
    select
        'regions' as seed,
        'economies' as sheet,
        report_label,
        report_order
    from {{ ref('regions') }}
),

order_read as (
    select distinct
        row_label,
        line_number - 1 as report_order,
        case when table_number = 1 then 'technologies' else 'economies' end as sheet
    from lines_read
),

-- A label that only one side has is seen above.
places as (
    select
        cast(ordered.report_order as string) as found,
        cast(order_read.report_order as string) as reread,
        concat('seeds/reference/', ordered.seed, '.csv, row "', ordered.report_label, '", report_order') as place
    from ordered
    inner join order_read
        on ordered.sheet = order_read.sheet and ordered.report_label = order_read.row_label
),

compared as (
    select * from numbers
    union all
    select * from places
)

select concat(place, {{ both_readings('found', 'reread', 'second_reading_tables', 'the report') }}) as problem
from compared
where {{ differs('found', 'reread') }}
