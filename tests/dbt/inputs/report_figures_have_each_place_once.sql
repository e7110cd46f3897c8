-- Figures 3 and 4 have three places for each technology and for all together, with labels from the reference seeds.
with

places as (
    select
        *,
        printed_place as place
    from {{ ref('stg_nsf07329__top_three') }}
),

places_of_a_row as (
    select distinct
        figure_number,
        place
    from places
),

expected as (
    select
        technologies.technology_id,
        technologies.report_label,
        places_of_a_row.figure_number,
        places_of_a_row.place
    from places_of_a_row
    cross join {{ ref('technologies') }} as technologies
    where technologies.report_label is not null
),

found as (
    select
        technology_id,
        category,
        figure_number,
        place,
        min(partner_label) as partner_label,
        count(*) as partners,
        count(partner_id) as known_partners,
        count(distinct partner_id) as different_partners,
        count(distinct figure_row) as figure_rows
    from places
    group by technology_id, category, figure_number, place
),

problems as (
    select
        coalesce(expected.figure_number, found.figure_number) as figure_number,
        coalesce(expected.report_label, found.category, '(no label)') as category,
        coalesce(expected.place, found.place) as place,
        case
            when found.partners is null then 'the place is missing'
            when expected.technology_id is null then 'no technology in seeds/reference has this label'
            when found.known_partners < found.partners
                then
                    concat(
                        'no partner has the label "',
                        coalesce(found.partner_label, ''),
                        '" in figure_partner_labels.csv'
                    )
            when
                found.figure_rows > 1 or found.different_partners < found.partners
                then 'the place stands more than once'
        end as what_is_wrong
    from expected
    full outer join found
        on
            expected.technology_id = found.technology_id
            and expected.figure_number = found.figure_number
            and expected.place = found.place
)

select
    concat(
        'seeds/nsf07329/nsf07329_figure_', figure_number, '.csv, row "', category, '", place ', place, ': ',
        what_is_wrong
    ) as problem
from problems
where what_is_wrong is not null
