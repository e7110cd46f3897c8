with

-- An area that is one technology of the report, or of the Bureau; one that is several is none of them.
areas_of_one as (
    select
        counted_in_census_area_code,
        min(technology_id) as technology_id
    from {{ ref('technologies') }}
    group by counted_in_census_area_code, report_label is not null
    having count(*) = 1
)

select
    technologies.technology_id,
    technologies.technology_name,
    technologies.report_label,
    areas_of_one.counted_in_census_area_code as census_area_code,
    technologies.counted_in_census_area_code,
    technologies.definition,
    cast(technologies.report_order as int) as report_order,
    technologies.report_label is not null as is_in_report
from {{ ref('technologies') }} as technologies
left join areas_of_one on technologies.technology_id = areas_of_one.technology_id
where technologies.technology_id <> 'all'
