-- The list of sentences is the report's, in its order and under its headings, and each printed number of a statement is
-- a claim of the sentence that prints it. D64 in DECISIONS.md.
{% set most_numbers = 4 %}

with

sentences_found as (
    select
        sentences.section,
        sentences.place,
        cast(row_number() over (order by sections.section_order, sentences.sentence_order) as int) as line_number,
        sentences.sentence_order,
        lower(sections.title) as section_heading
    from {{ ref('sentences') }} as sentences
    inner join {{ ref('sections') }} as sections on sentences.section = sections.section
),

sentences_read as (
    select
        place,
        line_number,
        lower(section_heading) as section_heading
    from {{ ref('second_reading_sentences') }}
),

sentences as (
    select
        cast(sentences_read.line_number as string) as reread,
        -- Out of order by itself, or with its section.
        cast(
            case
                when sentences_found.line_number = sentences_found.sentence_order then sentences_found.line_number
            end as string
        ) as found,
        concat(
            'sentences.csv, ', coalesce(sentences_found.section, sentences_read.section_heading), ', ',
            coalesce(sentences_found.place, sentences_read.place), ', sentence_order'
        ) as place
    from sentences_found
    full outer join sentences_read
        on
            sentences_found.section_heading = sentences_read.section_heading
            and sentences_found.place = sentences_read.place
),

split_numbers as (
    {% for number in range(1, most_numbers + 1) %}
        select
            lower(section_heading) as section_heading,
            place,
            split_part(printed_numbers, '; ', {{ number }}) as printed_number
        from {{ ref('second_reading_sentences') }}
        where printed_numbers is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

numbers_read as (
    select distinct * from split_numbers
    where printed_number <> ''
),

numbers_found as (
    select distinct
        claims.place,
        claims.printed_as as printed_number,
        lower(sections.title) as section_heading
    from {{ ref('nsf07329_claims') }} as claims
    inner join {{ ref('sections') }} as sections on claims.section = sections.section
    where claims.printed_as is not null
),

numbers as (
    select
        numbers_found.printed_number as found,
        numbers_read.printed_number as reread,
        concat(
            'nsf07329_claims.csv, ', coalesce(numbers_found.section_heading, numbers_read.section_heading), ', ',
            coalesce(numbers_found.place, numbers_read.place), ', printed_as'
        ) as place
    from numbers_found
    full outer join numbers_read
        on
            numbers_found.section_heading = numbers_read.section_heading
            and numbers_found.place = numbers_read.place
            and numbers_found.printed_number = numbers_read.printed_number
),

compared as (
    select
        place,
        found,
        reread
    from sentences
    union all
    select
        place,
        found,
        reread
    from numbers
)

select
    concat(
        'seeds/nsf07329/', place,
        {{ both_readings('found', 'reread', 'second_reading_sentences', 'the report') }}
    ) as problem
from compared
where {{ differs('found', 'reread') }}
