-- Figures 3 and 4 have the partners, shares and places that a second reading of the report found, and the row labels
-- that follow from the order of the rows. D64 in DECISIONS.md.
{% set share = '[0-9]+[.][0-9]' %}
{% set line = '^(.+ ' ~ share ~ ') (.+ ' ~ share ~ ') (.+ ' ~ share ~ ')$' %}

with

lines_read as (
    select * from {{ ref('second_reading_figures') }}
),

places_read as (
    select
        figure_number,
        line_number,
        0 as place,
        row_label as printed
    from lines_read
    {% for place in [1, 2, 3] %}
        union all
        select
            figure_number,
            line_number,
            {{ place }} as place,
            regexp_extract(printed_line, '{{ line }}', {{ place }}) as printed
        from lines_read
    {% endfor %}
),

-- Place 0 is the row's label.
places_found as (
    {% for figure_number in [3, 4] %}
        select
            {{ figure_number }} as figure_number,
            figure_row,
            0 as place,
            category as printed
        from {{ ref('nsf07329_figure_' ~ figure_number) }}
        {% for place in [1, 2, 3] %}
            union all
            select
                {{ figure_number }} as figure_number,
                figure_row,
                {{ place }} as place,
                concat(coalesce(partner_{{ place }}, ''), ' ', share_{{ place }}_pct) as printed
            from {{ ref('nsf07329_figure_' ~ figure_number) }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        places_found.printed as found,
        places_read.printed as reread,
        coalesce(places_found.figure_number, places_read.figure_number) as figure_number,
        coalesce(places_found.figure_row, places_read.line_number) as figure_row,
        coalesce(places_found.place, places_read.place) as place
    from places_found
    full outer join places_read
        on
            places_found.figure_number = places_read.figure_number
            and places_found.figure_row = places_read.line_number
            and places_found.place = places_read.place
)

select
    concat(
        'seeds/nsf07329/nsf07329_figure_', figure_number, '.csv, figure_row ', figure_row, ', ',
        case when place = 0 then 'category' else concat('place ', place) end,
        {{ both_readings('found', 'reread', 'second_reading_figures', 'the report') }}
    ) as problem
from compared
where {{ differs('found', 'reread') }}
