{% set verdicts = [
    ('claims', 'confirmed'),
    ('claims', 'confirmed_with_note'),
    ('claims', 'contradicted'),
    ('claims', 'not_checkable'),
    ('published_values', 'exact'),
    ('published_values', 'rounding'),
    ('published_values', 'within_bounds'),
    ('published_values', 'unexplained'),
    ('published_values', 'not_checkable'),
] %}

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
    {% for subject, verdict in verdicts %}
        select
            '{{ subject }}' as subject,
            '{{ verdict }}' as verdict
        {{ 'union all' if not loop.last }}
    {% endfor %}
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
