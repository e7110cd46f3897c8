-- A note speaks of a source in all its vintages. Notes are counted for each row before anything else, so that two notes
-- on one row are no two rows. A break is not carried to totals: D71 in DECISIONS.md.
with

breaks as (
    select * from {{ ref('notes') }}
    where is_break
),

trade as (
    select
        *,
        min(data_year) over of_source as base_year
    from {{ ref('trade') }}
    {{ trade_windows() }}
),

counted as (
    select
        {{ columns(fact_key(), 'trade') }},
        count(case when breaks.valid_from = trade.data_year then 1 end) as breaks_in_year,
        count(case when breaks.valid_from > trade.base_year then 1 end) as breaks_since_base
    from trade
    left join breaks
        on
            trade.data_year >= breaks.valid_from
            and trade.base_year <= breaks.valid_from
            and {{ note_is_on('breaks', 'trade') }}
    group by {{ columns(fact_key(), 'trade') }}
),

compared as (
    select
        *,
        count(*) over year_before as years_before
    from counted
    {{ trade_windows() }}
)

select
    {{ columns(fact_key()) }},
    breaks_in_year > 0 as is_break,
    breaks_in_year = 0 and years_before > 0 as is_comparable_with_previous,
    breaks_since_base = 0 as is_comparable_with_base
from compared
