-- Each metric that a claim can ask for has its words, and so has each verdict. No words are for an unknown metric.
{# What claim_words.py fills in. #}
{% set filled = namespace(metrics="phrase", statistics="concat(phrase, coalesce(phrase_each_time, ''))") %}
{% for name in ["base_year", "it", "its", "region"] %}
    {% set filled.metrics = "replace(" ~ filled.metrics ~ ", '{" ~ name ~ "}', 'it')" %}
{% endfor %}
{% set parts = [
    "first_year", "last_year", "metric", "metrics", "extreme", "compared", "number", "how_many", "cases", "among",
    "each", "holds", "moves", "first_ones"
] %}
{% for name in parts %}
    {% set filled.statistics = "replace(" ~ filled.statistics ~ ", '{" ~ name ~ "}', 'it')" %}
{% endfor %}

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
        'latest_year' as subject,
        verdict
    from {{ ref('claims_of_latest_year') }}
    union all
    select distinct
        'published_values' as subject,
        verdict
    from {{ ref('published_values') }}
),

-- What each operator allows, in units of the last digit, written a second time: an interval decides verdicts. And no
-- phrase has a placeholder that nobody fills.
intervals as (
    select
        'equals' as operator_word,
        '-0.5 to 0.5' as allowed
    union all
    select
        'over' as operator_word,
        '0.0 to any' as allowed
    union all
    select
        'under' as operator_word,
        'any to 0.0' as allowed
    union all
    select
        'at_least' as operator_word,
        '0.0 to any' as allowed
    union all
    select
        'at_most' as operator_word,
        'any to 0.0' as allowed
    union all
    select
        'is' as operator_word,
        '0.0 to 0.0' as allowed
    union all
    select
        'are' as operator_word,
        '0.0 to 0.0' as allowed
),

phrases as (
    select
        'metrics' as seed,
        metric as word,
        {{ filled.metrics }} as phrase
    from {{ ref('metrics') }}
    union all
    select
        'statistics' as seed,
        statistic as word,
        {{ filled.statistics }} as phrase
    from {{ ref('statistics') }}
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
    union all
    select
        concat(
            'seeds/vocabulary/operators.csv, ',
            coalesce(found.operator, intervals.operator_word),
            ': its interval is not ',
            coalesce(intervals.allowed, 'known')
        ) as problem
    from {{ ref('operators') }} as found
    full outer join intervals on found.operator = intervals.operator_word
    where
        coalesce(intervals.allowed, 'none') <> concat(
            coalesce(cast(found.lower_digits as string), 'any'),
            ' to ',
            coalesce(cast(found.upper_digits as string), 'any')
        )
        or found.has_edges <> (found.operator not in ('over', 'under'))
    union all
    select
        concat('seeds/vocabulary/', seed, '.csv, ', word, ': a phrase is empty, or has a brace that nobody fills')
            as problem
    from phrases
    where coalesce(phrase, '') = '' or instr(phrase, '{') > 0 or instr(phrase, '}') > 0
)

select problem
from problems
where problem is not null
