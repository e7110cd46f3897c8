{% set amounts = ['exports', 'imports', 'balance', 'total_trade'] %}

with

-- Windows of one kind follow each other by month; years, and years up to one month, by year.
windows as (
    select
        *,
        exports_usd_millions - imports_usd_millions as balance_usd_millions,
        exports_usd_millions + imports_usd_millions as total_trade_usd_millions,
        case window_type when 'year_to_date' then data_month else 0 end as month_of_kind,
        case when window_type in ('month', 'twelve_months') then month_number else data_year end as place_of_kind
    from {{ ref('month_windows') }}
),

compared as (
    select
        *,
        {% for amount in amounts %}
            max({{ amount }}_usd_millions) over year_before as {{ amount }}_before,
        {% endfor %}
        max(exports_usd_millions) over earlier_windows as highest_exports,
        max(imports_usd_millions) over earlier_windows as highest_imports,
        min(balance_usd_millions) over earlier_windows as lowest_balance,
        max(sign(balance_usd_millions)) over window_before as previous_sign,
        rank() over complete_windows as rank_from_below
    from windows
    {{ windows_of_windows() }}
)

select
    {{ columns(state() + month()) }},
    product_type,
    technology_id,
    partner_id,
    window_type,
    last_day(make_date(data_year, data_month, 1)) as window_end,
    months_in_window,
    is_complete,
    {% for amount in amounts %}
        cast({{ amount }}_usd_millions as decimal(18, 6)) as {{ amount }}_usd_millions,
    {% endfor %}
    cast(sign(balance_usd_millions) as int) as balance_sign,
    {% for amount in amounts %}
        cast({{ amount }}_before as decimal(18, 6)) as {{ amount }}_year_before_usd_millions,
        cast({{ amount }}_usd_millions - {{ amount }}_before as decimal(18, 6)) as {{ amount }}_change_usd_millions,
        {% if amount != 'balance' %}
            100 * {{ ratio('(' ~ amount ~ '_usd_millions - ' ~ amount ~ '_before)', amount ~ '_before') }}
                as {{ amount }}_growth_pct,
        {% endif %}
    {% endfor %}
    balance_usd_millions is not null and balance_before is not null
    and coalesce(12 * last_break_year + 1 <= month_number - months_wanted - 11, true) as is_comparable_with_year_before,
    case when balance_usd_millions < 0 then cast(rank_from_below as int) end as deficit_rank,
    exports_usd_millions > highest_exports as is_record_exports,
    imports_usd_millions > highest_imports as is_record_imports,
    case when lowest_balance is not null then balance_usd_millions < least(lowest_balance, 0) end as is_record_deficit,
    sign(balance_usd_millions) <> previous_sign as is_turning_point,
    oldest_value_vintage,
    newest_value_vintage
from compared
