-- Each vintage of the monthly series has its months once and without a gap, up to the one that it is named by, and so
-- has each state, from 1989 on: a state has what older vintages had.
with

vintages as (
    select
        vintage,
        is_loaded,
        {{ month_number_of('vintage') }} as last_expected
    from {{ ref('stg_reference__sources') }}
    where source_id = 'census_country'
),

months as (
    select
        'vintage' as what,
        vintage,
        data_month,
        12 * data_year + data_month as month_number
    from {{ ref('census_atp_by_month') }}
    union all
    select
        'state' as what,
        vintage,
        data_month,
        12 * data_year + data_month as month_number
    from {{ ref('stg_census__trade_monthly') }}
    where product_type = 'advanced_technology_products'
),

kinds as (
    select 'vintage' as what
    union all
    select 'state' as what
),

expected as (
    select
        kinds.what,
        vintages.vintage,
        vintages.is_loaded,
        vintages.last_expected
    from vintages
    cross join kinds
    where kinds.what = 'state' or not vintages.is_loaded
),

summary as (
    select
        expected.last_expected,
        expected.is_loaded,
        coalesce(expected.what, months.what) as what,
        coalesce(expected.vintage, months.vintage) as vintage,
        min(months.month_number) as first_found,
        max(months.month_number) as last_found,
        count(distinct months.month_number) as months_found,
        count(months.month_number) as rows_found,
        min(months.data_month) as least_month,
        max(months.data_month) as most_month
    from expected
    full outer join months on expected.what = months.what and expected.vintage = months.vintage
    group by
        coalesce(expected.what, months.what),
        coalesce(expected.vintage, months.vintage),
        expected.last_expected,
        expected.is_loaded
),

problems as (
    select
        what,
        vintage,
        coalesce(is_loaded, false) as is_loaded,
        case
            when last_expected is null then 'it is not in seeds/reference/sources.csv'
            when months_found = 0 then 'it has no month'
            when least_month < 1 or most_month > 12 then 'a data_month is not one of 1 to 12'
            when rows_found > months_found then 'a month stands more than once'
            when months_found <> last_found - first_found + 1 then 'a month is missing'
            when last_found <> last_expected then 'its last month is not the one that names it'
            when what = 'state' and first_found <> 12 * 1989 + 1 then 'its first month is not January 1989'
        end as what_is_wrong
    from summary
)

select
    concat(
        case when is_loaded then 'data/census_country' else 'seeds/census/census_atp_by_month.csv' end,
        ', ', what, ' ', vintage, ': ', what_is_wrong,
        case when is_loaded then ': load the whole spreadsheet (atp load goods), or remove the file' else '' end
    ) as problem
from problems
where what_is_wrong is not null
