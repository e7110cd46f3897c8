-- Each technology area has the Census Bureau's code, its name or the report's, and a definition with the term by which
-- the report's definition is told from all others. The Bureau counts it in the area of its code; computer software has
-- none and is counted in the area that is its term. D64 in DECISIONS.md.
with

areas_read as (
    select
        *,
        coalesce(replace(replace(lower(census_area_name), '-', ''), '&', 'and'), lower(row_label)) as plain_name
    from {{ ref('second_reading_technologies') }}
),

areas_found as (
    select * from {{ ref('technologies') }}
    where report_label is not null
),

areas as (
    select
        areas_found.census_area_code,
        areas_read.census_area_code as census_area_code_read,
        areas_found.counted_in_census_area_code,
        areas_found.technology_name,
        coalesce(areas_read.census_area_code, wider_areas.census_area_code) as counted_in_census_area_code_read,
        case
            when lower(areas_found.technology_name) in (areas_read.plain_name, lower(areas_read.row_label))
                then areas_found.technology_name
            else coalesce(areas_read.census_area_name, areas_read.row_label)
        end as technology_name_read,
        coalesce(areas_found.report_label, areas_read.row_label, '(no label)') as report_label
    from areas_found
    full outer join areas_read on areas_found.report_label = areas_read.row_label
    left join areas_read as wider_areas
        on areas_read.census_area_code is null and areas_read.defining_term = wider_areas.plain_name
),

areas_with_a_code as (
    select * from areas_read
    where census_area_code is not null
),

names as (
    select
        areas_found.census_area_name,
        areas_read.census_area_name as census_area_name_read,
        coalesce(areas_found.census_area_code, areas_read.census_area_code) as census_area_code
    from {{ ref('census_areas') }} as areas_found
    full outer join areas_with_a_code as areas_read on areas_found.census_area_code = areas_read.census_area_code
),

-- Every definition with every area's term.
terms as (
    select
        areas_found.report_label,
        areas_read.defining_term,
        case when instr(lower(areas_found.definition), areas_read.defining_term) > 0 then 'this term' end as found,
        case when areas_found.report_label = areas_read.row_label then 'this term' end as reread
    from areas_found
    cross join areas_read
    where areas_read.defining_term is not null
),

compared as (
    {% for column in ['census_area_code', 'technology_name', 'counted_in_census_area_code'] %}
        select
            {{ column }} as found,
            {{ column }}_read as reread,
            concat('technologies.csv, row "', report_label, '", {{ column }}') as place
        from areas
        union all
    {% endfor %}
    select
        found,
        reread,
        concat('technologies.csv, row "', report_label, '", definition, "', defining_term, '"') as place
    from terms
    union all
    select
        census_area_name as found,
        census_area_name_read as reread,
        concat('census_areas.csv, row "', census_area_code, '", census_area_name') as place
    from names
)

select
    concat(
        'seeds/reference/', place,
        {{ both_readings('found', 'reread', 'second_reading_technologies', 'the report') }}
    ) as problem
from compared
where {{ differs('found', 'reread') }}
