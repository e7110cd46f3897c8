-- Each claim speaks the ledger's vocabulary, prints its numbers as numbers, and stands once as it is worded.
{% set number = '^-?[0-9]{1,9}([.][0-9]{1,3})?$' %}
{% set ids = '^[A-Za-z0-9_/*]+( [A-Za-z0-9_/*]+)*$' %}

with

claims as (
    select
        *,
        case
            when statistic like 'count%' then published_unit = 'count'
            when statistic like '%year_%' and statistic not like '%change' then published_unit = 'year'
            when statistic like '%members' then published_unit = 'members'
            when missing_data is not null then true
            when metric like '%usd_millions' then published_unit in ('usd_millions', 'usd_billions')
            when metric like '%pct' then published_unit = 'pct'
            when metric like '%pp' then published_unit = 'pp'
            when metric like '%rank%' then published_unit = 'rank'
            when metric like 'technologies_%' or metric like 'partners_%' then published_unit = 'count'
            when metric in ('coverage_ratio', 'normalized_balance') then published_unit = 'ratio'
            else false
        end as unit_fits,
        count(case when reading = 'as_worded' then 1 end) over (partition by claim_id) as worded_readings,
        min(concat(section, '/', place)) over (partition by claim_id)
        = max(concat(section, '/', place)) over (partition by claim_id) as stands_in_one_place
    from {{ ref('nsf07329_claims') }}
),

vocabulary as (
    select
        ' {{ claim_statistics().keys() | join(" ") }} ' as statistic_names,
        ' {{ claim_operators().keys() | join(" ") }} ' as operator_names
),

sources as (
    select * from {{ ref('dim_source') }}
),

known as (
    select technology_id as member_id from {{ ref('dim_technology') }}
    union all
    select partner_id as member_id from {{ ref('dim_partner') }}
    union all
    select region_id as member_id from {{ ref('dim_region') }}
),

problems as (
    select
        claims.claim_id,
        claims.reading,
        case
            when claims.reading not in ('as_worded', 'narrower') then 'reading must be as_worded or narrower'
            when claims.worded_readings <> 1 then 'a claim has one reading as_worded'
            when not claims.stands_in_one_place then 'its readings name different sections or places'
            when
                claims.section is null or claims.place is null or claims.statement is null or claims.metric is null
                or claims.breakdown is null or claims.members is null or claims.statistic is null
                or claims.operator is null or claims.published_value is null or claims.published_unit is null
                then 'only printed_as, threshold and missing_data may be empty'
            when sources.source_id is null then 'source_id is not in seeds/reference/sources.csv'
            when vocabulary.statistic_names not like concat('% ', claims.statistic, ' %')
                then concat('statistic is none of', vocabulary.statistic_names)
            when vocabulary.operator_names not like concat('% ', claims.operator, ' %')
                then concat('operator is none of', vocabulary.operator_names)
            when claims.first_year > claims.last_year then 'first_year is after last_year'
            when claims.first_year = claims.last_year and claims.statistic like '%change'
                then 'a change needs two years'
            when claims.first_year <> claims.last_year and claims.statistic like '%members'
                then 'members are ranked in one year'
            when regexp_extract(claims.members, '{{ ids }}', 0) <> claims.members
                then 'members are ids with one space between'
            when claims.members like '%*%' and claims.members like '% %'
                then 'a pattern with * is the only member'
            when (claims.published_unit = 'members') <> (claims.operator in ('is', 'are'))
                then 'operators is and are go with the unit members'
            when
                claims.published_unit <> 'members'
                and regexp_extract(claims.published_value, '{{ number }}', 0) <> claims.published_value
                then 'published_value is not a number'
            when
                (claims.threshold is not null)
                <> (claims.statistic like 'count_%' or claims.statistic like 'first_year_%')
                then 'a threshold goes with the statistics count_... and first_year_..., and only with them'
            when
                claims.printed_as is not null
                and claims.published_unit in ('usd_millions', 'usd_billions', 'pct')
                and claims.operator <> case
                    when claims.printed_as like 'about %' then 'about'
                    when claims.printed_as like 'over %' or claims.printed_as like 'more than %' then 'over'
                    else 'equals'
                end
                then 'operator does not fit printed_as: "about ...", "over ..." or the number alone'
            when regexp_extract(claims.threshold, '{{ number }}', 0) <> claims.threshold
                then 'threshold is not a number'
            when not claims.unit_fits then 'published_unit does not fit the metric and the statistic'
            -- Of a claim that can be judged, every_claim_finds_its_numbers asks for more.
            when
                claims.missing_data is not null
                and claims.breakdown not in ('total', 'product_type')
                and claims.members not like '% %'
                and claims.members not like '%*%'
                and (one.member_id is null or (claims.members like '%/%' and other.member_id is null))
                then concat('no such member: ', claims.members)
        end as what_is_wrong
    from claims
    cross join vocabulary
    left join sources on claims.source_id = sources.source_id
    left join known as one on split_part(claims.members, '/', 1) = one.member_id
    left join known as other on split_part(claims.members, '/', 2) = other.member_id
)

select concat('seeds/audit/nsf07329_claims.csv, claim ', claim_id, ' (', reading, '): ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
