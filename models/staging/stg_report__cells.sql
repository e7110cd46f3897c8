with

stacked as (
    select * from {{ ref('stg_report__table_1') }}
    union all
    select * from {{ ref('stg_report__table_2') }}
    union all
    select * from {{ ref('stg_report__table_3') }}
    union all
    select * from {{ ref('stg_report__table_4') }}
),

identified as (
    select
        'nsf_07_329' as source_id,
        table_number,
        row_id,
        row_label,
        flow,
        value_usd_millions,
        data_year,
        concat(table_number, '/', flow, '/', row_id, '/', data_year) as cell_id
    from stacked
)

select * from identified
