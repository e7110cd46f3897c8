-- The years of the source that continues the report. The report's own balance is beside them, never in them.
with

printed as (
    {{ of_report('trade_totals') }}
),

later as (
    select
        goods.data_year,
        goods.product_type,
        goods.balance_usd_millions
    from {{ ref('merchandise_trade') }} as goods
    inner join {{ ref('stg_nsf07329__report') }} as report on goods.source_id = report.later_source_id
),

all_goods as (
    select
        data_year,
    {% for product_type in ['all_other_products', 'total_merchandise'] %}
        max(case when product_type = '{{ product_type }}' then balance_usd_millions end)
            as {{ product_type }}_balance_usd_millions
        {{- ',' if not loop.last }}
    {% endfor %}
    from later
    group by data_year
)

select
    years.data_year,
    cast(years.exports_usd_millions as decimal(18, 1)) as exports_usd_millions,
    cast(years.imports_usd_millions as decimal(18, 1)) as imports_usd_millions,
    cast(years.balance_usd_millions as decimal(18, 1)) as balance_usd_millions,
    printed.balance_usd_millions as report_balance_usd_millions,
    all_goods.all_other_products_balance_usd_millions,
    all_goods.total_merchandise_balance_usd_millions,
    years.source_id,
    years.vintage
from {{ ref('trade_windows') }} as years
inner join {{ ref('stg_nsf07329__report') }} as report on years.source_id = report.later_source_id
left join printed on years.data_year = printed.data_year
left join all_goods on years.data_year = all_goods.data_year
where
    years.window_type = 'year' and years.is_complete
    and years.product_type = 'advanced_technology_products'
    and years.technology_id = 'all' and years.partner_id = 'all'
