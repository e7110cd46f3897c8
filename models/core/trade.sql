with

sources_of_trade as (
    select * from {{ ref('stg_nsf07329__trade') }}
    union all
    select * from {{ ref('stg_census__trade') }}
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
