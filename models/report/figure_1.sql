{% set series = [
    ('nsf07329', 'advanced_technology_products'),
    ('census_country', 'advanced_technology_products'),
    ('census_country', 'all_other_products'),
    ('census_country', 'total_merchandise'),
] %}

with

balances as (
    select balance.*
    from {{ ref('merchandise_trade_balance') }} as balance
    inner join {{ ref('stg_nsf07329__report') }} as report
        on balance.source_id in (report.source_id, report.later_source_id)
),

wide as (
    select
        data_year,
    {%- for source_id, product_type in series %}
        max(
            case
                when source_id = '{{ source_id }}' and product_type = '{{ product_type }}' then balance_usd_millions
            end
        ) as {{ source_id }}_{{ product_type }}_usd_millions
        {{- ',' if not loop.last }}
    {%- endfor %}
    from balances
    group by data_year
)

select * from wide
order by data_year
