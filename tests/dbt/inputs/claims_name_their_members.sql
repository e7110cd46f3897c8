-- A statement names the areas, regions and partners that its row names, unless it speaks of several together, such as
-- "European suppliers".
{% set most_named_of = {'technologies': 4, 'regions': 1, 'partners': 4} %}

with

claims as (
    select * from {{ ref('nsf07329_claims') }}
    where reading = 'as_worded'
),

members as (
    select
        'technologies' as named_in,
        technology_id as member_id,
        technology_name as member_name
    from {{ ref('dim_technology') }}
    union all
    select
        'regions' as named_in,
        region_id as member_id,
        split_part(region_name, ' ', 1) as member_name
    from {{ ref('dim_region') }}
    union all
    select
        'partners' as named_in,
        partner_id as member_id,
        partner_name as member_name
    from {{ ref('dim_partner') }}
),

asked as (
    select
        claims.claim_id,
        claims.statement,
        members.member_name
    from claims
    inner join members
        on
            (claims.published_unit = 'members' and {{ asks_for('claims.published_value', 'members.member_id') }})
            {% for list, most_named in most_named_of.items() %}
                or (
                    members.named_in = '{{ list }}' and claims.{{ list }} <> '*'
                    and {{ ids_named('claims.' ~ list) }} <= {{ most_named }}
                    and {{ asks_for('claims.' ~ list, 'members.member_id') }}
                )
            {% endfor %}
)

select
    concat(
        'seeds/nsf07329/nsf07329_claims.csv, claim ', claim_id, ': its statement does not name ', member_name
    ) as problem
from asked
where instr(lower(statement), lower(member_name)) = 0
