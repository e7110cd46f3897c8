-- What a reader sees of a claim is what is computed: its statement names the member, the years and the number.
with

names as (
    select
        technology_id as member_id,
        technology_name as member_name
    from {{ ref('dim_technology') }}
    union all
    select
        partner_id as member_id,
        partner_name as member_name
    from {{ ref('dim_partner') }}
    union all
    select
        region_id as member_id,
        split_part(region_name, ' ', 1) as member_name
    from {{ ref('dim_region') }}
),

-- Of several members the statement may speak together, as of "European suppliers".
claims as (
    select
        *,
        case when members not like '% %' and members not like '%*%' then split_part(members, '/', 1) end as one_member,
        case when members not like '% %' and members not like '%*%' then split_part(members, '/', 2) end as other_member
    from {{ ref('nsf07329_claims') }}
    where reading = 'as_worded'
),

problems as (
    select
        claims.claim_id,
        case
            when claims.breakdown <> 'total' and instr(lower(claims.statement), lower(one.member_name)) = 0
                then concat('does not name ', one.member_name)
            when claims.breakdown <> 'total' and instr(lower(claims.statement), lower(other.member_name)) = 0
                then concat('does not name ', other.member_name)
            when
                claims.missing_data is null
                and (
                    instr(claims.statement, cast(claims.first_year as string)) = 0
                    or instr(claims.statement, cast(claims.last_year as string)) = 0
                )
                then concat('does not name the years ', claims.first_year, ' and ', claims.last_year)
            when claims.published_unit = 'members' then null
            when claims.printed_as is not null and not {{ claim_shows_its_number('claims.printed_as') }}
                then concat('prints ', claims.printed_as, ', which is not ', claims.published_value)
            when
                claims.printed_as is null
                and claims.missing_data is null
                and claims.published_value <> '0'
                and not {{ claim_shows_its_number('claims.statement') }}
                then concat('does not name the number ', claims.published_value)
        end as what_is_wrong
    from claims
    left join names as one on claims.one_member = one.member_id
    left join names as other on claims.other_member = other.member_id
)

select concat('seeds/audit/nsf07329_claims.csv, claim ', claim_id, ': its statement ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
