{% set flows_of_sheets = {2: 'balance', 3: 'exports', 4: 'imports'} %}

with

table_1 as (
    {{ unpivot_years(ref('nsf07329_table_1'), ['block', 'category']) }}
),

{% for table_number in flows_of_sheets %}
    table_{{ table_number }} as (
        {{ unpivot_years(ref('nsf07329_table_' ~ table_number), ['country_or_economy']) }}
    ),
{% endfor %}

stacked as (
    select
        1 as table_number,
        'technologies' as sheet,
        category as row_label,
        lower(block) as flow,
        value_usd_millions,
        data_year
    from table_1
    {% for table_number, flow in flows_of_sheets.items() %}
        union all
        select
            {{ table_number }} as table_number,
            'economies' as sheet,
            country_or_economy as row_label,
            '{{ flow }}' as flow,
            value_usd_millions,
            data_year
        from table_{{ table_number }}
    {% endfor %}
),

printed_rows as (
    select distinct
        sheet,
        row_label,
        row_id
    from {{ ref('stg_nsf07329__rows') }}
),

identified as (
    select
        report.source_id,
        report.vintage,
        stacked.table_number,
        stacked.sheet,
        printed_rows.row_id,
        stacked.row_label,
        stacked.flow,
        stacked.value_usd_millions,
        stacked.data_year,
        concat(stacked.table_number, '/', stacked.flow, '/', printed_rows.row_id, '/', stacked.data_year) as cell_id
    from stacked
    cross join {{ ref('stg_nsf07329__report') }} as report
    left join printed_rows
        on stacked.sheet = printed_rows.sheet and stacked.row_label = printed_rows.row_label
)

select * from identified
