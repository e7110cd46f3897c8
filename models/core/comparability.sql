-- A note speaks of a source in all its vintages. Notes are counted for each row before anything else, so that two notes
-- on one row are no two rows. A break is not carried to totals: D71 in DECISIONS.md.
with

breaks as (
    select * from {{ ref('notes') }}
    where is_break
),

counted as (
    select
        {{ columns(fact_key(), 'trade') }},
        count(breaks.note_id) as breaks_in_year
    from {{ ref('trade') }} as trade
    left join breaks
        on
            trade.data_year = breaks.valid_from
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
    breaks_in_year = 0 and years_before > 0 as is_comparable_with_previous
from compared
