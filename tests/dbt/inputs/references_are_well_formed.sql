-- Codes of the reference seeds have the right form, and each label, code and place on the page occurs once. What the
-- report does not name has neither label nor place.
with

technologies as (
    select
        'technologies' as seed,
        technology_id as member_id,
        report_label,
        report_order,
        -- The Bureau's area 04 is one of the report's and one of its own.
        case when report_label is not null then census_area_code end as code,
        case
            when census_area_code not in ('01', '02', '03', '04', '05', '06', '07', '08', '09', '10')
                then 'census_area_code is not one of 01 to 10'
            when census_area_code is null and technology_id not in ('all', 'computer_software')
                then 'census_area_code is missing'
            when counted_in_census_area_code <> census_area_code
                then 'it has the code of one area and is counted in another'
            when (counted_in_census_area_code is null) <> (technology_id = 'all')
                then 'every technology area is counted in an area of the Census Bureau, and the total in none'
        end as wrong_code
    from {{ ref('technologies') }}
),

-- Continents as the Census Bureau adds them up: North America is Canada and Mexico, and a few codes are in no sum.
partners_of_continents as (
    select
        *,
        case
            when schedule_c_code in ('1220', '2010') then 'North America'
            when schedule_c_code < '2000' then null
            when schedule_c_code < '4000' then 'South and Central America'
            when schedule_c_code < '5000' then 'Europe'
            when schedule_c_code < '6000' then 'Asia'
            when schedule_c_code < '7000' then 'Australia and Oceania'
            when schedule_c_code < '8000' then 'Africa'
        end as census_continent_of_code
    from {{ ref('partners') }}
),

partners as (
    select
        'partners' as seed,
        partner_id as member_id,
        report_label,
        report_order,
        schedule_c_code as code,
        case
            when
                is_residual <> (coalesce(report_label, '') = 'All other countries')
                then 'is_residual is true of all other countries alone'
            when report_label is null and region_id <> 'rest_of_world'
                then 'the report does not name it, so it is in rest_of_world'
            when partner_id <> upper(partner_id) or (length(partner_id) <> 3 and iso_alpha_2 is not null)
                then 'partner_id is not three upper-case letters'
            when schedule_c_code < '1000' or schedule_c_code > '9999' or length(schedule_c_code) <> 4
                then 'schedule_c_code is not four digits of a country'
            when schedule_c_code is null and not is_residual
                then 'schedule_c_code is missing'
            when
                (iso_alpha_2 is null and report_label is not null and not is_residual)
                or length(iso_alpha_2) <> 2 or iso_alpha_2 <> upper(iso_alpha_2)
                then 'iso_alpha_2 is not two upper-case letters'
            when coalesce(census_continent, 'none') <> coalesce(census_continent_of_code, 'none')
                then 'census_continent is not that of its schedule_c_code'
            when
                (m49_region is null) <> (iso_alpha_2 is null or partner_id = 'TWN')
                or (m49_subregion is null) <> (iso_alpha_2 is null or partner_id = 'TWN')
                then 'M49 lists every country of ISO 3166-1 but Taiwan, in a region and a sub-region'
        end as wrong_code
    from partners_of_continents
),

regions as (
    select
        'regions' as seed,
        region_id as member_id,
        report_label,
        report_order,
        cast(null as string) as code,
        case
            when is_residual <> (report_label = 'All other countries')
                then 'is_residual is true of all other countries alone'
        end as wrong_code
    from {{ ref('regions') }}
),

members as (
    select * from technologies
    union all
    select * from partners
    union all
    select * from regions
),

counted as (
    select
        *,
        count(*) over (partition by seed, member_id) as same_id,
        count(report_label) over (partition by seed, report_label) as same_label,
        count(report_order) over (partition by seed, report_order) as same_place,
        count(code) over (partition by seed, code) as same_code
    from members
),

problems as (
    select
        seed,
        member_id,
        case
            when member_id is null or (report_label is null and seed = 'regions')
                then 'the id or the label is missing'
            when (report_label is null) <> (report_order is null)
                then 'it has a label without report_order, or the other way round'
            when same_id > 1 or same_label > 1 or same_place > 1 or same_code > 1
                then 'its id, label, code or report_order stands more than once'
            else wrong_code
        end as what_is_wrong
    from counted
)

select concat('seeds/reference/', seed, '.csv, row "', coalesce(member_id, ''), '": ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
