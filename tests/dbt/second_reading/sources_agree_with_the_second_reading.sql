-- Each source that was read a second time has the vintages, the publisher and the address that were read then. A source
-- that was not is no matter of this test. D64 in DECISIONS.md.
with

sources_read as (
    select * from {{ ref('second_reading_sources') }}
),

sources_found as (
    select * from {{ ref('sources') }}
    where source_id in (select sources_read.source_id from sources_read)
),

sources as (
    select
        sources_found.vintage,
        sources_read.vintage as vintage_read,
        sources_found.publisher,
        sources_read.publisher as publisher_read,
        sources_found.address,
        sources_read.address as address_read,
        coalesce(sources_found.source_id, sources_read.source_id) as source_id
    from sources_found
    full outer join sources_read
        on sources_found.source_id = sources_read.source_id and sources_found.vintage = sources_read.vintage
),

compared as (
    {% for column in ['vintage', 'publisher', 'address'] %}
        select
            {{ column }} as found,
            {{ column }}_read as reread,
            concat(source_id, ', vintage ', coalesce(vintage, vintage_read), ', {{ column }}') as place
        from sources
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    concat(
        'seeds/reference/sources.csv, row ', place,
        {{ both_readings('found', 'reread', 'second_reading_sources', 'the source') }}
    ) as problem
from compared
where {{ differs('found', 'reread') }}
