{% set of_areas = "filter (where is_latest and partner_id = 'all')" %}
{% set of_partners = "filter (where census_area_code = 'all')" %}

with

members as (
    select
        *,
        {% for flow in ['export', 'import'] %}
            sum(case when census_area_code <> 'all' and {{ flow }}_rank <= 3 then 1 else 0 end)
                over (partition by data_year, partner_id) as areas_by_{{ flow }}s,
        {% endfor %}
        data_year = max(data_year) over () as is_latest
    from {{ ref('later_members') }}
),

latest as (
    select
        max(case when is_latest then source_id end) as latest_source_id,
        max(data_year) as latest_year,
        cast(count(*) {{ of_areas }} as int) as latest_areas,
        cast(sum(cast(balance_usd_millions > 0 as int)) {{ of_areas }} as int) as latest_areas_in_surplus,
        cast(sum(cast(balance_usd_millions > 0 as int)) filter (where not is_latest) as int)
            as report_end_areas_in_surplus,
        min_by(census_area_name, balance_usd_millions) {{ of_areas }} as latest_lowest_area_name,
        cast(min(balance_usd_millions) {{ of_areas }} / 1000 as decimal(18, 1))
            as latest_lowest_area_balance_usd_billions,
        {% for flow, name in {'export': 'market', 'import': 'supplier'}.items() %}
            max_by(partner_name, {{ flow }}s_usd_millions) {{ of_partners }} as latest_{{ name }}_name,
            cast(max({{ flow }}_share_pct) {{ of_partners }} as decimal(5, 1)) as latest_{{ name }}_share_pct,
            cast(max_by(areas_by_{{ flow }}s, {{ flow }}s_usd_millions) {{ of_partners }} as int)
                as latest_{{ name }}_areas,
        {% endfor %}
        max_by(partner_name, total_trade_usd_millions) {{ of_partners }} as latest_partner_name,
        cast(max(total_trade_usd_millions) {{ of_partners }} / 1000 as decimal(18, 1))
            as latest_partner_trade_usd_billions
    from members
),

windows as (
    select windows.*
    from {{ ref('trade_windows') }} as windows
    inner join latest on windows.source_id = latest.latest_source_id
    where
        windows.is_complete and windows.product_type = 'advanced_technology_products'
        and windows.technology_id = 'all' and windows.partner_id = 'all'
        and windows.window_type in ('year', 'twelve_months')
),

totals as (
    select
        cast(max_by(balance_usd_millions, window_end) / 1000 as decimal(18, 1))
            as latest_twelve_months_balance_usd_billions,
        min(case when window_type = 'year' then data_year end) as latest_source_first_year,
        max(window_end) as latest_twelve_months_end
    from windows
)

select
    latest.*,
    totals.*
from latest
cross join totals
