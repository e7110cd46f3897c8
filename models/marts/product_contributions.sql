with

-- What a list does not count in a year is no trade in advanced technology products then.
counted as (
    select
        *,
        case when previous_census_area_code is not null then coalesce(previous_value_usd, 0) else 0 end as first_usd,
        case when census_area_code is not null then coalesce(value_usd, 0) else 0 end as last_usd,
        case when flow = 'exports' then 1 else -1 end as sign_in_balance
    from {{ ref('product_changes') }}
    where list_change <> 'not_listed'
),

names as (
    {{ product_names() }}
),

contributing as (
    select
        *,
        sign_in_balance * (last_usd - first_usd) as contribution_usd,
        case
            when list_change = 'kept' then {{ ratio('previous_value_usd', 'previous_quantity') }}
        end as first_unit_value,
        case when list_change = 'kept' then {{ ratio('value_usd', 'quantity') }} end as last_unit_value
    from counted
)

select
    contributing.data_year,
    contributing.flow,
    contributing.product_code,
    names.product_name,
    coalesce(contributing.census_area_code, contributing.previous_census_area_code) as census_area_code,
    contributing.list_change,
    cast(contributing.first_usd / 1000000 as decimal(18, 6)) as previous_value_usd_millions,
    cast(contributing.last_usd / 1000000 as decimal(18, 6)) as value_usd_millions,
    cast(contributing.contribution_usd / 1000000 as decimal(18, 6)) as balance_contribution_usd_millions,
    100 * {{ ratio('contribution_usd', 'sum(abs(contributing.contribution_usd)) over (partition by '
        ~ columns(state() + period(), 'contributing') ~ ')') }} as share_of_gross_change_pct,
    cast(
        rank()
            over (partition by {{ columns(state() + period(), 'contributing') }} order by contributing.contribution_usd)
        as int
    )
        as deficit_contribution_rank,
    contributing.first_unit_value as previous_unit_value_usd,
    contributing.last_unit_value as unit_value_usd,
    -- The change of a product's value is that of its unit value at the mean quantity, and the reverse.
    (contributing.last_unit_value - contributing.first_unit_value)
    * (cast(contributing.quantity as double) + cast(contributing.previous_quantity as double))
    / 2
    / 1000000
        as price_effect_usd_millions,
    (cast(contributing.quantity as double) - cast(contributing.previous_quantity as double))
    * (contributing.last_unit_value + contributing.first_unit_value)
    / 2
    / 1000000
        as quantity_effect_usd_millions,
    contributing.source_id,
    contributing.vintage
from contributing
left join names on contributing.flow = names.flow and contributing.product_code = names.product_code
