-- Every code of a loaded copy that is a country's is that of a partner.
select
    concat(
        'country.xlsx of ', min(loaded.vintage), ' has the country code ', loaded.country_code, ' (',
        min(loaded.country_name), '), which seeds/reference/partners.csv does not know: give it a row there'
    ) as problem
from {{ ref('stg_census__goods_loaded') }} as loaded
left join {{ ref('partners') }} as partners on loaded.country_code = partners.schedule_c_code
where loaded.country_kind = 'country' and partners.partner_id is null
group by loaded.country_code
