-- Each metric that a claim can ask for has its words, and so has each verdict. No words are for an unknown metric.
with

metrics as (
    select distinct metric from ({{ claim_metrics() }}) as every_metric
),

verdicts as (
    select distinct
        'claims' as subject,
        verdict
    from {{ ref('claims') }}
    union all
    select distinct
        'published_values' as subject,
        verdict
    from {{ ref('published_values') }}
),

problems as (
    select
        case
            when words.metric is null then concat('metric ', metrics.metric, ' is not in seeds/vocabulary/metrics.csv')
            when metrics.metric is null then concat('seeds/vocabulary/metrics.csv, ', words.metric, ': no such metric')
        end as problem
    from metrics
    full outer join {{ ref('metrics') }} as words on metrics.metric = words.metric
    union all
    select concat('seeds/vocabulary/verdicts.csv has no ', found.verdict, ' of ', found.subject) as problem
    from verdicts as found
    left join {{ ref('verdicts') }} as words on found.subject = words.subject and found.verdict = words.verdict
    where words.verdict is null
)

select problem
from problems
where problem is not null
