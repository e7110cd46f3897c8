{% set series = [
    ('report', 'advanced_technology_products'),
    ('later', 'advanced_technology_products'),
    ('later', 'all_other_products'),
    ('later', 'total_merchandise'),
] %}

with

report as (
    select * from {{ ref('stg_nsf07329__report') }}
),

balances as (
    select
        balance.data_year,
        balance.product_type,
        balance.balance_usd_millions,
        case balance.source_id when report.source_id then 'report' else 'later' end as told_by
    from {{ ref('merchandise_trade') }} as balance
    inner join report on balance.source_id in (report.source_id, report.later_source_id)
    inner join {{ ref('exhibits') }} as exhibits
        on
            exhibits.exhibit_id = 'figure_1'
            and balance.data_year between exhibits.first_year and exhibits.last_year
),

wide as (
    select
        data_year,
    {%- for told_by, product_type in series %}
        max(
            case when told_by = '{{ told_by }}' and product_type = '{{ product_type }}' then balance_usd_millions end
        ) as {{ told_by }}_{{ product_type }}_usd_millions
        {{- ',' if not loop.last }}
    {%- endfor %}
    from balances
    group by data_year
)

select * from wide
order by data_year
