with

{% set shared = ['CTY_CODE', 'CTY_NAME', 'HITECH', 'month'] %}

answers as (
    select
        'exports' as flow,
        month,
        cty_code,
        cty_name,
        hitech,
        all_val_mo as usd,
        loaded_at_utc
    from {{ loaded_rows('census_api', 'exports_hitech', shared + ['ALL_VAL_MO']) }} as export_rows
    union all
    select
        'imports' as flow,
        month,
        cty_code,
        cty_name,
        hitech,
        gen_val_mo as usd,
        loaded_at_utc
    from {{ loaded_rows('census_api', 'imports_hitech', shared + ['GEN_VAL_MO']) }} as import_rows
),

latest as (
    select
        *,
        max(loaded_at_utc) over (partition by flow, month) as latest_at_utc
    from answers
),

-- A blank code and a dash are the same total.
coded as (
    select
        flow,
        month,
        cty_name as country_name,
        usd,
        loaded_at_utc,
        coalesce(nullif(cty_code, ''), '-') as country_code,
        coalesce(nullif(hitech, ''), '-') as hitech_code
    from latest
    where loaded_at_utc = latest_at_utc
)

select
    flow,
    country_code,
    country_name,
    hitech_code,
    cast(loaded_at_utc as timestamp) as loaded_at_utc,
    -- What is no whole number is NULL, for a test to name.
    case
        when usd = cast(try_cast(usd as decimal(18, 0)) as string) then try_cast(usd as decimal(18, 0))
    end as value_usd,
    try_cast(substring(month, 1, 4) as int) as data_year,
    try_cast(substring(month, 6, 2) as int) as data_month,
    -- Groups have codes below 1000, or letters (1XXX is North America).
    case
        when country_code = '-' then 'total'
        when country_code like '00%' or country_code like '%XXX' then 'group'
        else 'country'
    end as country_kind,
    case hitech_code when '-' then 'total' when '00' then 'other' else 'area' end as technology_kind
from coded
