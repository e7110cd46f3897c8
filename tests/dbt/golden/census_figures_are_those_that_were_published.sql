-- Figures of the Census Bureau that were looked up apart from the seeds: two years, a year in two vintages, how many
-- months a vintage revised, and how many products a list added and dropped.
with

-- Made-up lists are no lists of the Bureau.
made_up as (
    select count(*) as products from {{ ref('stg_census__product_lists') }}
    where source_id = 'synthetic'
),

known as (
    {% for flow, published in {'exports': 464290.8, 'imports': 763239.1}.items() %}
        select
            '{{ flow }} of 2024' as what,
            {{ published }} as published,
            max({{ flow }}_usd_millions) as found
        from {{ ref('trade') }}
        where source_id = 'census_country' and vintage = '2024-12' and breakdown = 'total' and data_year = 2024
        {{ 'union all' if not loop.last }}
    {% endfor %}
    {% for vintage, imports in {'2023-01': 634622.9, '2024-06': 633095.9, '2024-12': 633095.9}.items() %}
        union all
        select
            'imports of 2022 in the vintage {{ vintage }}' as what,
            {{ imports }} as published,
            max(imports_usd_millions) as found
        from {{ ref('trade') }}
        where
            source_id = 'census_country' and vintage = '{{ vintage }}' and breakdown = 'total' and data_year = 2022
    {% endfor %}
    union all
    select
        'months that the vintage 2024-06 revised' as what,
        37 as published,
        count(case when is_revised then 1 end) as found
    from {{ ref('trade_revisions') }}
    where source_id = 'census_country' and vintage = '2024-06'
    union all
    select
        'months that the vintage 2024-06 revised, since January 2020' as what,
        37 as published,
        count(case when is_revised and data_year >= 2020 then 1 end) as found
    from {{ ref('trade_revisions') }}
    where source_id = 'census_country' and vintage = '2024-06'
    union all
    select
        'months of 2024 that the vintage 2024-12 published again as they were' as what,
        6 as published,
        count(case when not is_revised then 1 end) as found
    from {{ ref('trade_revisions') }}
    where source_id = 'census_country' and vintage = '2024-12'
    {% for list_change, products in {'added': 163, 'dropped': 75, 'moved': 0, 'kept': 481}.items() %}
        union all
        select
            'products {{ list_change }} in the list of imports of 2022' as what,
            {{ products }} as published,
            count(case when list_change = '{{ list_change }}' then 1 end) as found
        from {{ ref('product_list_changes') }}
        where flow = 'imports' and list_year = 2022
    {% endfor %}
    {% for list_change, products in {'added': 163, 'dropped': 75}.items() %}
        union all
        select
            'products {{ list_change }} in 2022, over the areas of imports' as what,
            {{ products }} as published,
            sum(products) as found
        from {{ ref('classification_changes') }}
        where flow = 'imports' and list_year = 2022 and list_change = '{{ list_change }}'
    {% endfor %}
    {% for flow, area, products in [('imports', '04', 136), ('exports', '08', 52)] %}
        union all
        select
            'products of area {{ area }} in the list of {{ flow }} of 2017' as what,
            {{ products }} as published,
            count(*) as found
        from {{ ref('census_atp_products') }}
        where flow = '{{ flow }}' and list_year = 2017 and census_area_code = '{{ area }}'
    {% endfor %}
)

select
    concat(
        'seeds/census: ', known.what, ' are ', coalesce(cast(known.found as string), 'missing'), ', and not ',
        known.published
    ) as problem
from known
cross join made_up
where
    (known.found is null or known.found <> known.published)
    and (known.what not like 'products %' or made_up.products = 0)
