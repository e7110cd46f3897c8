-- Every sentence of the report has the claims that the list of sentences counts, or a reason why it needs none.
with

claims as (
    select
        section,
        place,
        sum(case when stated_by = 'report' then 1 else 0 end) as claims,
        sum(case when stated_by = 'report' and missing_data is not null then 1 else 0 end) as not_checkable,
        sum(case when stated_by = 'project' then 1 else 0 end) as own_checks
    from {{ ref('nsf07329_claims') }}
    where reading = 'as_worded'
    group by section, place
),

compared as (
    select
        coalesce(sentences.section, claims.section) as section,
        coalesce(sentences.place, claims.place) as place,
        case
            when sentences.place is null then 'claims name it, but seeds/nsf07329/sentences.csv does not have it'
            {% for count in ['claims', 'not_checkable', 'own_checks'] %}
                when sentences.{{ count }} <> coalesce(claims.{{ count }}, 0)
                    then concat(
                        'seeds/nsf07329/sentences.csv counts ', sentences.{{ count }}, ' ({{ count }}), but there are ',
                        coalesce(claims.{{ count }}, 0)
                    )
            {% endfor %}
            when sentences.claims = 0 and sentences.why_no_claim is null
                then 'it has no claim, and why_no_claim does not say why'
            when sentences.claims > 0 and sentences.why_no_claim is not null
                then 'it has claims, so why_no_claim must be empty'
        end as what_is_wrong
    from {{ ref('sentences') }} as sentences
    full outer join claims on sentences.section = claims.section and sentences.place = claims.place
)

select concat('the report, ', section, ', ', place, ': ', what_is_wrong) as problem
from compared
where what_is_wrong is not null
