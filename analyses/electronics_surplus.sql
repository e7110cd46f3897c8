-- Did the surplus in electronics grow because exports rose, or because imports fell?
with

electronics as (
    select
        max(case when data_year = 2000 then exports_usd_millions end) as exports_2000,
        max(case when data_year = 2006 then exports_usd_millions end) as exports_2006,
        max(case when data_year = 2000 then imports_usd_millions end) as imports_2000,
        max(case when data_year = 2006 then imports_usd_millions end) as imports_2006
    from {{ ref('trade_by_technology') }}
    where technology_id = 'electronics'
)

select
    exports_2006 - exports_2000 as exports_change_usd_millions,
    imports_2006 - imports_2000 as imports_change_usd_millions,
    (exports_2006 - exports_2000) - (imports_2006 - imports_2000) as balance_change_usd_millions
from electronics
