-- What lists, codes and trade did adds up to the change of an area, and the contributions of products to that of the
-- balance.
with

areas as (
    select
        concat(flow, ' of ', list_year, ', area ', census_area_code, ', ', list_change) as what,
        value_usd_millions - previous_value_usd_millions as changed,
        list_change_usd_millions + code_change_usd_millions + trade_change_usd_millions as parts
    from {{ ref('classification_changes') }}
),

trade as (
    {{ shown_products() }} and sums.census_area_code is not null
),

balances as (
    select
        {{ columns(state() + period()) }},
        sum(case flow when 'exports' then value_usd else -value_usd end) / 1000000 as usd_millions,
        count(distinct flow) as flows
    from trade
    group by {{ columns(state() + period()) }}
),

contributions as (
    select
        {{ columns(state() + period()) }},
        sum(balance_contribution_usd_millions) as usd_millions
    from {{ ref('product_contributions') }}
    group by {{ columns(state() + period()) }}
),

sums as (
    select
        what,
        changed,
        parts
    from areas
    union all
    select
        concat('the balance of ', contributions.data_year) as what,
        later.usd_millions - earlier.usd_millions as changed,
        contributions.usd_millions as parts
    from contributions
    inner join balances as later on {{ same(state() + period(), 'contributions', 'later') }} and later.flows = 2
    inner join balances as earlier
        on
            {{ same(state(), 'contributions', 'earlier') }}
            and contributions.data_year = earlier.data_year + 1
            and earlier.flows = 2
)

select concat(what, ': it changed by ', changed, ' million dollars, and its parts add up to ', parts) as problem
from sums
where abs(changed - parts) > 0.000002
