-- What is the balance of each technology area, year by year (billions of dollars)?
with

balances as (
    select
        technology_name,
        data_year,
        balance_usd_millions,
        last_value(balance_usd_millions) over (
            partition by technology_id order by data_year rows between unbounded preceding and unbounded following
        ) as balance_last_year
    from {{ ref('trade_by_technology') }}
)

select * exclude (balance_last_year)
from (
    pivot balances
    on data_year
    using cast(max(balance_usd_millions) / 1000 as decimal(18, 1))
    group by technology_name, balance_last_year
)
order by balance_last_year desc
