with

judged as (
    select
        'claims' as subject,
        section as area,
        verdict
    from {{ ref('claims') }}
    union all
    select
        'published_values' as subject,
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
    inner join verdicts on areas.subject = verdicts.subject
    left join judged
        on
            areas.subject = judged.subject
            and areas.area = judged.area
            and verdicts.verdict = judged.verdict
    group by areas.subject, areas.area, verdicts.verdict
)

select * from counted
