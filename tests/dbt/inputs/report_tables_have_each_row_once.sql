-- Tables 1 to 4 have the rows that the reference seeds list, each once per year, and no others.
with

cells as (
    select * from {{ ref('stg_nsf07329__cells') }}
),

sheets as (
    select distinct
        table_number,
        sheet,
        flow
    from cells
),

-- Table 1 has one row per technology in each block, Tables 2 to 4 have one row per economy.
expected as (
    select distinct
        sheets.table_number,
        sheets.flow,
        printed_rows.row_label as report_label
    from sheets
    inner join {{ ref('stg_nsf07329__rows') }} as printed_rows on sheets.sheet = printed_rows.sheet
),

found as (
    select
        table_number,
        flow,
        row_label,
        count(*) as cells_found,
        count(distinct data_year) as years_found
    from cells
    group by table_number, flow, row_label
),

problems as (
    select
        coalesce(expected.table_number, found.table_number) as table_number,
        coalesce(expected.flow, found.flow) as flow,
        coalesce(expected.report_label, found.row_label, '(no label)') as row_label,
        case
            when found.cells_found is null then 'the row is missing'
            when expected.report_label is null then 'no technology, region or partner in seeds/reference has this label'
            when found.cells_found > found.years_found then 'the row stands more than once'
        end as what_is_wrong
    from expected
    full outer join found
        on
            expected.table_number = found.table_number
            and expected.flow = found.flow
            and expected.report_label = found.row_label
)

select
    concat(
        'seeds/nsf07329/nsf07329_table_', table_number, '.csv, ', flow, ', row "', row_label, '": ', what_is_wrong
    ) as problem
from problems
where what_is_wrong is not null
