-- Each country and area that the API names is one of ours: a row that is not would be left out of every sum.
with

unknown as (
    select distinct
        'country' as what,
        loaded.country_code as code,
        loaded.country_name as code_name,
        'seeds/reference/partners.csv' as seed
    from {{ ref('stg_census_api__hitech') }} as loaded
    left join {{ ref('partners') }} as partners on loaded.country_code = partners.schedule_c_code
    where loaded.country_kind = 'country' and partners.partner_id is null
    union all
    select distinct
        'technology' as what,
        loaded.hitech_code as code,
        'no area of the Census Bureau' as code_name,
        'seeds/reference/technologies.csv' as seed
    from {{ ref('stg_census_api__hitech') }} as loaded
    left join {{ ref('technologies') }} as technologies on loaded.hitech_code = technologies.counted_in_census_area_code
    where loaded.technology_kind = 'area' and technologies.technology_id is null
)

select
    concat('data/census_hitech has the ', what, ' ', code, ' (', code_name, '), which is not in ', seed, ': add it')
        as problem
from unknown
