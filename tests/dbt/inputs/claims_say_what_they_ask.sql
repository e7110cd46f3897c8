-- What a reader sees of a claim is what is computed: the statement names the years, tells the number that is
-- published, and has no other number than those that the row asks for.
{% set spelled_out = {
    1: ['one', 'first', 'largest'],
    2: ['two', 'second'],
    3: ['three', 'third'],
    4: ['four', 'fourth'],
    5: ['five', 'fifth'],
    6: ['six', 'sixth'],
    7: ['seven', 'seventh'],
    8: ['eight', 'eighth'],
    9: ['nine', 'ninth'],
    10: ['ten', 'tenth'],
    11: ['eleven', 'eleventh', '11th', 'last place'],
    12: ['twelve', 'twelfth'],
    50: ['half'],
} %}
{# Words that are not always numbers. #}
{% set also_words = ['one', 'first', 'largest', 'half', 'second'] %}
{# Metrics of the three places that each row of a figure has. #}
{% set of_three = [
    'export_rank', 'import_rank', 'technologies_as_top_three_market', 'technologies_as_top_three_supplier',
    'partners_among_top_three_markets', 'partners_among_top_three_suppliers',
] %}
{% set lists = ['technologies', 'regions', 'partners'] %}

with

areas as (
    select count(*) as technology_areas
    from {{ ref('technologies') }}
    where technology_id <> 'all' and report_label is not null
),

claims as (
    select
        claims.*,
        areas.technology_areas,
        claims.last_year - claims.first_year + 1 as years_asked,
        {% for list in lists %}
            case when claims.{{ list }} in ('all', '*') then 1 else {{ ids_named('claims.' ~ list) }} end
                as {{ list }}_named,
        {% endfor %}
        case when claims.published_unit = 'members' then {{ ids_named('claims.published_value') }} else 1 end
            as members_published,
        -- Minus signs are ours, not the report's.
        replace(claims.published_value, '-', '') as number_told,
        replace(claims.threshold, '-', '') as threshold_told
    from {{ ref('nsf07329_claims') }} as claims
    cross join areas
),

-- Each word between spaces; exhibits and sentences are named, not counted.
in_words as (
    select
        *,
        concat(
            ' ',
            regexp_replace(
                regexp_replace(lower(statement), '(tables?|figures?|sentences?) [0-9]', ' '{{ regexp_everywhere() }}),
                '[^a-z0-9.-]|[.] |[.]$', '  '{{ regexp_everywhere() }}
            ),
            ' '
        ) as words
    from claims
),

told as (
    select
        *,
        instr(words, concat(' ', number_told, ' ')) > 0
        {% for number, spelled in spelled_out.items() %}{% for word in spelled %}
            or (number_told = '{{ number }}' and instr(words, ' {{ word }} ') > 0)
        {% endfor %}{% endfor %}
            as statement_tells,
        instr(printed_as, number_told) > 0
        {% for number, spelled in spelled_out.items() %}{% for word in spelled %}
            or (number_told = '{{ number }}' and instr(printed_as, '{{ word }}') > 0)
        {% endfor %}{% endfor %}
            as print_tells,
        {# What is left once the row's own numbers are taken out. -#}
        {% set left = namespace(over='words') -%}
        {% for number in ['number_told', "coalesce(threshold_told, '-')", 'cast(first_year as string)',
            'cast(last_year as string)', "'1990s'", "'mid-1990s'", 'cast(partners_named * years_asked as string)',
            'cast(regions_named * years_asked as string)'] -%}
            {% set left.over = 'replace(' ~ left.over ~ ", concat(' ', " ~ number ~ ", ' '), ' ')" -%}
        {% endfor -%}
        regexp_extract({{ left.over }}, '[0-9][0-9.]*', 0) as number_left
    from in_words
),

problems as (
    select
        claim_id,
        reading,
        case
            when
                reading = 'as_worded' and missing_data is null
                and (
                    instr(words, concat(' ', first_year, ' ')) = 0
                    or instr(words, concat(' ', last_year, ' ')) = 0
                )
                then concat('does not name the years ', first_year, ' and ', last_year)
            when place like '%title' and instr(lower(statement), split_part(place, ',', 1)) = 0 and place <> 'title'
                then concat('does not name ', split_part(place, ',', 1))
            when number_left <> '' then concat('has the number ', number_left, ', which the row does not ask for')
            {% for number, spelled in spelled_out.items() %}{% for word in spelled if word not in also_words %}
                when
                    instr(words, ' {{ word }} ') > 0
                    and {{ number }} not in (
                        technology_areas, years_asked, technologies_named, regions_named, partners_named,
                        members_published
                    )
                    -- A threshold in millions is told in billions.
                    and '{{ number }}' not in (number_told, coalesce(replace(threshold_told, '000', ''), '-'))
                    and not ({{ number }} = 3 and metric in ({{ "'" ~ of_three | join("', '") ~ "'" }}))
                    then 'has the number {{ word }}, which the row does not ask for'
            {% endfor %}{% endfor %}
            when
                (published_unit = 'usd_billions' and published_value <> '0' and instr(words, ' billion ') = 0)
                or regexp_extract(words, ' (million|trillion|thousand) ', 0) <> ''
                then 'tells its number in another unit than billions'
            when published_unit = 'members' then null
            when printed_as is not null and not print_tells
                then concat('prints ', printed_as, ', which is not ', published_value)
            when
                reading = 'as_worded' and (missing_data is null or printed_as is not null)
                and published_value <> '0' and not statement_tells
                then concat('does not name the number ', published_value)
        end as what_is_wrong
    from told
)

select
    concat('seeds/nsf07329/nsf07329_claims.csv, claim ', claim_id, ' (', reading, '): its statement ', what_is_wrong)
        as problem
from problems
where what_is_wrong is not null
