-- What a reader sees of a claim is what is computed: the statement names the member, the years and the number.
{% set spelled_out = {
    '1': ['first', 'largest', ' one '],
    '2': ['second', 'two'],
    '3': ['third', 'three'],
    '5': ['fifth', 'five'],
    '6': ['six'],
    '9': ['nine'],
    '10': [' ten '],
    '11': ['eleven', 'last place'],
    '50': ['half'],
} %}

with

-- A statement may name several members together, such as "European suppliers".
claims as (
    select
        claims.*,
        technologies.technology_name,
        partners.partner_name,
        split_part(regions.region_name, ' ', 1) as region_name,
        coalesce(claims.printed_as, claims.statement) as told,
        -- Minus signs are ours, not the report's.
        replace(claims.published_value, '-', '') as number_told
    from {{ ref('nsf07329_claims') }} as claims
    left join {{ ref('dim_technology') }} as technologies on claims.technologies = technologies.technology_id
    left join {{ ref('dim_region') }} as regions on claims.regions = regions.region_id
    left join {{ ref('dim_partner') }} as partners on claims.partners = partners.partner_id
    where claims.reading = 'as_worded'
),

-- In digits or as a word.
numbers as (
    select
        *,
        instr(told, number_told) > 0
        {% for number, words in spelled_out.items() %}{% for word in words %}
            or (number_told = '{{ number }}' and told like '%{{ word }}%')
        {% endfor %}{% endfor %}
            as tells_number
    from claims
),

problems as (
    select
        claim_id,
        case
            {% for name in ['technology_name', 'region_name', 'partner_name'] %}
                when instr(lower(statement), lower({{ name }})) = 0
                    then concat('does not name ', {{ name }})
            {% endfor %}
            when
                missing_data is null
                and (
                    instr(statement, cast(first_year as string)) = 0
                    or instr(statement, cast(last_year as string)) = 0
                )
                then concat('does not name the years ', first_year, ' and ', last_year)
            when published_unit = 'members' or tells_number then null
            when printed_as is not null
                then concat('prints ', printed_as, ', which is not ', published_value)
            when missing_data is null and published_value <> '0'
                then concat('does not name the number ', published_value)
        end as what_is_wrong
    from numbers
)

select concat('seeds/nsf07329/nsf07329_claims.csv, claim ', claim_id, ': its statement ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
