-- What is loaded of product trade has partners that are ours, and one source: real trade is never mixed with synthetic.
with

unknown as (
    select distinct sums.country_code
    from {{ ref('product_sums') }} as sums
    left join {{ ref('partners') }} as partners on sums.country_code = partners.schedule_c_code
    where partners.partner_id is null
),

sources as (
    select source_id from {{ ref('stg_census__product_months') }}
    union
    select last_source_id as source_id from {{ ref('stg_census__product_months') }}
    union
    select source_id from {{ ref('stg_census__product_lists') }}
    where list_year in (select months.data_year from {{ ref('stg_census__product_months') }} as months)
),

kinds as (
    select
        count(distinct case when source_id = 'synthetic' then 'synthetic' else 'real' end) as kinds,
        min(source_id) as first_source,
        max(source_id) as last_source
    from sources
)

select
    concat(
        'product trade has the country code ', country_code,
        ', which seeds/reference/partners.csv does not know: give it a row there'
    ) as problem
from unknown
union all
select
    concat(
        'product trade and its lists are of the sources ', first_source, ' and ', last_source,
        ': keep synthetic trade in a data folder of its own'
    ) as problem
from kinds
where kinds > 1
