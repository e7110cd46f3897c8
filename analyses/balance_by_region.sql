-- With which groups of partners is technology trade in surplus, with which in deficit (billions of dollars)?
with

balances as (
    select
        region_name,
        data_year,
        balance_usd_millions,
        region_id = 'rest_of_world' as is_residual,
        last_value(balance_usd_millions) over (
            partition by region_id order by data_year rows between unbounded preceding and unbounded following
        ) as balance_last_year
    from {{ ref('trade_by_region') }}
)

select * exclude (balance_last_year)
from (
    pivot balances
    on data_year
    using cast(max(balance_usd_millions) / 1000 as decimal(18, 1))
    group by region_name, is_residual, balance_last_year
)
order by balance_last_year
