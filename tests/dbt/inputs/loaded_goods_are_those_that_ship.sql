-- A loaded copy of a vintage that ships with the project has the same advanced technology products in each month.
with

loaded_vintages as (
    select distinct vintage from {{ ref('stg_census__goods_loaded') }}
),

loaded_atp as (
    select * from {{ ref('stg_census__goods_loaded') }}
    where country_kind = 'advanced_technology_products'
)

select
    concat(
        'advanced technology products of ', {{ year_and_month('shipped') }}, ': exports and imports are ',
        coalesce(cast(loaded_atp.exports_usd_millions as string), 'nothing'), ' and ',
        coalesce(cast(loaded_atp.imports_usd_millions as string), 'nothing'),
        ' million dollars in the loaded copy of ', shipped.vintage, ', and ', shipped.exports_usd_millions, ' and ',
        shipped.imports_usd_millions, ' in seeds/census/census_atp_by_month.csv: find out which is right'
    ) as problem
from {{ ref('census_atp_by_month') }} as shipped
inner join loaded_vintages on shipped.vintage = loaded_vintages.vintage
left join loaded_atp
    on
        shipped.vintage = loaded_atp.vintage
        and shipped.data_year = loaded_atp.data_year
        and shipped.data_month = loaded_atp.data_month
where
    coalesce(shipped.exports_usd_millions <> loaded_atp.exports_usd_millions, true)
    or coalesce(shipped.imports_usd_millions <> loaded_atp.imports_usd_millions, true)
