with

-- A year that lacks a month is no year, in all of its rows. A member without a row in a month had no trade in it.
whole_years as (
    select
        {{ columns(state() + period()) }},
        product_type,
        breakdown
    from {{ ref('trade_months') }}
    group by {{ columns(state() + period()) }}, product_type, breakdown
    having count(distinct data_month) = 12
),

years_of_months as (
    select
        {{ columns(fact_key(), 'months') }},
        months.breakdown,
        sum(months.exports_usd_millions) as exports_usd_millions,
        sum(months.imports_usd_millions) as imports_usd_millions
    from {{ ref('trade_months') }} as months
    inner join whole_years on {{ same(state() + period() + ['product_type', 'breakdown'], 'months', 'whole_years') }}
    group by {{ columns(fact_key(), 'months') }}, months.breakdown
),

years as (
    {{ with_sums('years_of_months', period()) }}
),

sources_of_trade as (
    select * from {{ ref('stg_nsf07329__trade') }}
    union all
    select * from {{ ref('stg_census__trade') }}
    union all
    select
        {{ columns(fact_key()) }},
        cast(exports_usd_millions as decimal(18, 1)) as exports_usd_millions,
        cast(imports_usd_millions as decimal(18, 1)) as imports_usd_millions,
        cast(null as decimal(18, 1)) as published_balance_usd_millions
    from years
),

keyed as (
    select
        {{ columns(fact_key(), 'trade') }},
        trade.exports_usd_millions,
        trade.imports_usd_millions,
        cast(trade.exports_usd_millions - trade.imports_usd_millions as decimal(18, 1)) as balance_usd_millions,
        trade.published_balance_usd_millions,
        coalesce(partners.is_residual, regions.is_residual, false) as is_residual,
        {{ breakdown('trade') }} as breakdown
    from sources_of_trade as trade
    left join {{ ref('partners') }} as partners on trade.partner_id = partners.partner_id
    left join {{ ref('regions') }} as regions on trade.region_id = regions.region_id
)

select * from keyed
