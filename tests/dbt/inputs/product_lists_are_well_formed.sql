-- A product has ten digits, a flow and a known area, and each list that ships has as many products as such lists have.
with

products as (
    select
        lists.flow,
        lists.list_year,
        lists.product_code,
        case
            when lists.flow is null or lists.flow not in ('exports', 'imports')
                then 'its flow is not exports or imports'
            when lists.product_code is null or length(lists.product_code) <> 10
                then 'its product_code has not ten digits: zeros at its front may be lost'
            when length(replace(translate(lists.product_code, '0123456789', '          '), ' ', '')) > 0
                then 'its product_code has other signs than digits'
            when areas.census_area_code is null then 'its census_area_code is not one of 01 to 10'
        end as what_is_wrong
    from {{ ref('stg_census__product_lists') }} as lists
    left join {{ ref('census_areas') }} as areas on lists.census_area_code = areas.census_area_code
),

problems as (
    select
        flow,
        list_year,
        product_code,
        what_is_wrong
    from products
    where what_is_wrong is not null
    union all
    select
        flow,
        list_year,
        'of all rows' as product_code,
        concat('the list has ', count(*), ' products, where 400 to 700 are expected') as what_is_wrong
    from {{ ref('census_atp_products') }}
    group by flow, list_year
    having count(*) not between 400 and 700
)

select
    concat(
        'the list of ', coalesce(flow, '(no flow)'), ' of ', coalesce(list_year, 0),
        ' (seeds/census/census_atp_products.csv, or data/census_lists), row ', coalesce(product_code, '(no code)'),
        ': ', what_is_wrong
    ) as problem
from problems
