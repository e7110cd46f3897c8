with

sources_of_months as (
    select
        {{ columns(monthly_key()) }},
        exports_usd_millions,
        imports_usd_millions,
        value_vintage
    from {{ ref('stg_census__trade_monthly') }}
    union all
    select
        {{ columns(monthly_key()) }},
        exports_usd_millions,
        imports_usd_millions,
        vintage as value_vintage
    from {{ ref('stg_census_api__trade_monthly') }}
),

keyed as (
    select
        {{ columns(monthly_key(), 'trade') }},
        trade.exports_usd_millions,
        trade.imports_usd_millions,
        cast(trade.exports_usd_millions - trade.imports_usd_millions as decimal(18, 6)) as balance_usd_millions,
        trade.value_vintage,
        {{ breakdown('trade') }} as breakdown
    from sources_of_months as trade
)

select * from keyed
