{% set series = [
    ('nsf_07_329', 'advanced_technology_products'),
    ('census_country', 'advanced_technology_products'),
    ('census_country', 'all_other_products'),
    ('census_country', 'total_merchandise'),
] %}

with

balances as (
    select * from {{ ref('merchandise_trade_balance') }}
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
