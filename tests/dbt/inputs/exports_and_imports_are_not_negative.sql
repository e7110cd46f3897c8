-- No export or import in the report's tables or the Census series is negative.
{% set census_columns = [
    'atp_exports_usd_millions', 'atp_imports_usd_millions', 'goods_exports_usd_millions', 'goods_imports_usd_millions',
] %}

with

printed as (
    select
        value_usd_millions < 0 as is_negative,
        -- With the decimals of its file.
        cast(value_usd_millions as string) as printed,
        concat(
            'nsf07329/nsf07329_table_', table_number, '.csv, ', flow, ', row "', row_label, '", column y', data_year
        ) as cell
    from {{ ref('stg_nsf07329__cells') }}
    where flow in ('exports', 'imports')
),

census as (
    select
        value_usd_millions < 0 as is_negative,
        cast(value_usd_millions as string) as printed,
        concat('census/census_merchandise_trade.csv, row ', data_year, ', column ', flow_column) as cell
    from {{ ref('census_merchandise_trade') }}
    unpivot (value_usd_millions for flow_column in ({{ census_columns | join(', ') }}))
),

census_months as (
    select
        value_usd_millions < 0 as is_negative,
        cast(value_usd_millions as string) as printed,
        concat(
            'census/census_atp_by_month.csv, row ', vintage, ',', data_year, ',', data_month, ', column ', flow_column
        ) as cell
    from {{ ref('census_atp_by_month') }}
    unpivot (value_usd_millions for flow_column in (exports_usd_millions, imports_usd_millions))
),

cells as (
    select * from printed
    union all
    select * from census
    union all
    select * from census_months
)

select concat('seeds/', cell, ': ', printed, ' is negative, which exports and imports cannot be') as problem
from cells
where is_negative
