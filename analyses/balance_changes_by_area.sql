-- Did each area's balance change because exports rose or fell, or because imports did?
with

ends as (
    select
        source_id,
        vintage,
        min(data_year) as first_year,
        max(data_year) as last_year
    from {{ ref('trade_totals') }}
    group by source_id, vintage
),

changes as (
    select
        ends.source_id,
        last_year.technology_name,
        ends.first_year,
        ends.last_year,
        last_year.exports_usd_millions - first_year.exports_usd_millions as exports_change_usd_millions,
        last_year.imports_usd_millions - first_year.imports_usd_millions as imports_change_usd_millions,
        last_year.balance_usd_millions - first_year.balance_usd_millions as balance_change_usd_millions
    from ends
    inner join {{ ref('trade_by_technology') }} as last_year
        on
            ends.source_id = last_year.source_id
            and ends.vintage = last_year.vintage
            and ends.last_year = last_year.data_year
    inner join {{ ref('trade_by_technology') }} as first_year
        on
            ends.source_id = first_year.source_id
            and ends.vintage = first_year.vintage
            and ends.first_year = first_year.data_year
            and last_year.technology_id = first_year.technology_id
)

select *
from changes
order by source_id, balance_change_usd_millions
