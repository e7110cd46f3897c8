-- A statement names the partners and areas that its row names, unless it speaks of a whole group of them.
{% set most_named = 4 %}

with

claims as (
    select
        *,
        {{ ids_named('partners') }} as partners_named,
        {{ ids_named('technologies') }} as technologies_named
    from {{ ref('nsf07329_claims') }}
    where reading = 'as_worded'
),

members as (
    select
        partner_id as member_id,
        partner_name as member_name
    from {{ ref('dim_partner') }}
    union all
    select
        technology_id as member_id,
        technology_name as member_name
    from {{ ref('dim_technology') }}
),

asked as (
    select
        claims.claim_id,
        claims.statement,
        members.member_name
    from claims
    inner join members
        on
            (
                claims.published_unit = 'members'
                and {{ asks_for('claims.published_value', 'members.member_id') }}
            )
            or (
                claims.published_unit <> 'members' and claims.partners <> '*'
                and claims.partners_named <= {{ most_named }}
                and {{ asks_for('claims.partners', 'members.member_id') }}
            )
            or (
                claims.published_unit <> 'members' and claims.technologies <> '*'
                and claims.technologies_named <= {{ most_named }}
                and {{ asks_for('claims.technologies', 'members.member_id') }}
            )
)

select
    concat(
        'seeds/nsf07329/nsf07329_claims.csv, claim ', claim_id, ': its statement does not name ', member_name
    ) as problem
from asked
where instr(lower(statement), lower(member_name)) = 0
