-- The Census series never jumps by a third in a year, as a misread digit would make it, and where it overlaps with the
-- report it is within a sixth of it: imports of 2000 differ by 13.5 percent, everything else by less. What is loaded
-- may leap: nobody has typed it.
with

census as (
    select trade.*
    from {{ ref('trade') }} as trade
    inner join {{ ref('stg_reference__sources') }} as sources
        on {{ same(state(), 'trade', 'sources') }} and not sources.is_loaded
    where trade.source_id = 'census_country'
),

compared as (
    select
        this_year.product_type,
        this_year.data_year,
        this_year.exports_usd_millions,
        this_year.imports_usd_millions,
        year_before.exports_usd_millions as exports_before,
        year_before.imports_usd_millions as imports_before,
        report.exports_usd_millions as exports_in_report,
        report.imports_usd_millions as imports_in_report
    from census as this_year
    left join census as year_before
        on
            this_year.vintage = year_before.vintage
            and this_year.product_type = year_before.product_type
            and this_year.data_year = year_before.data_year + 1
    left join {{ ref('stg_nsf07329__trade') }} as report
        on {{ same(period() + members(), 'this_year', 'report') }}
)

select *
from compared
where
    exports_usd_millions <= 0
    or imports_usd_millions <= 0
    or abs(exports_usd_millions - exports_before) * 3 > exports_before
    or abs(imports_usd_millions - imports_before) * 3 > imports_before
    or abs(exports_usd_millions - exports_in_report) * 6 > exports_in_report
    or abs(imports_usd_millions - imports_in_report) * 6 > imports_in_report
