with

unpivoted as (
    {{ unpivot_years(ref('nsf07329_table_1'), ['block', 'category']) }}
),

technologies as (
    select * from {{ ref('stg_reference__technologies') }}
),

named as (
    select
        1 as table_number,
        category as row_label,
        value_usd_millions,
        data_year,
        lower(block) as flow
    from unpivoted
),

keyed as (
    select
        named.table_number,
        technologies.technology_id as row_id,
        named.row_label,
        named.flow,
        named.value_usd_millions,
        named.data_year
    from named
    left join technologies on named.row_label = technologies.report_label
)

select * from keyed
