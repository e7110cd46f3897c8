with

judged as (
    select
        case stated_by when 'report' then 'claims' else 'own_checks' end as subject,
        'claims' as judged_as,
        section as area,
        verdict
    from {{ ref('claims') }}
    union all
    select
        'published_values' as subject,
        'published_values' as judged_as,
        area,
        verdict
    from {{ ref('published_values') }}
),

verdicts as (
    select * from {{ ref('verdicts') }}
),

areas as (
    select distinct
        subject,
        judged_as,
        area
    from judged
),

counted as (
    select
        areas.subject,
        areas.area,
        verdicts.verdict,
        cast(count(judged.verdict) as int) as items
    from areas
    inner join verdicts on areas.judged_as = verdicts.subject
    left join judged
        on
            areas.subject = judged.subject
            and areas.area = judged.area
            and verdicts.verdict = judged.verdict
    group by areas.subject, areas.area, verdicts.verdict
)

select * from counted
