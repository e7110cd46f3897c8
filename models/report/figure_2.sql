with

technologies as (
    select * from {{ ref('dim_technology') }}
),

trade as (
    {{ of_report('trade_by_technology') }}
),

wide as (
    select
        technologies.report_order as page_row,
        technologies.report_label as category,
        {{ pivot_years('trade.published_balance_usd_millions', years=[2004, 2005, 2006]) }}
    from technologies
    left join trade on technologies.technology_id = trade.technology_id
    group by technologies.report_order, technologies.report_label
)

select * from wide
order by page_row
