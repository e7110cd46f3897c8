-- Each claim uses the words of the vocabularies, prints its numbers as numbers, and occurs once as worded.
{% set number = '^-?[0-9]{1,9}([.][0-9]{1,3})?$' %}
{% set keys_of_lists = [('technologies', 'technology_id'), ('regions', 'region_id'), ('partners', 'partner_id')] %}
{% set ids = '^([*]|[A-Za-z0-9_]+( [A-Za-z0-9_]+)*)$' %}

with

claims as (
    select
        claims.*,
        asked.needs_threshold,
        asked.taken,
        operators.members_match,
        asked.statistic is null as has_unknown_statistic,
        operators.operator is null as has_unknown_operator,
        claims.missing_data is null and metrics.metric is null as has_unknown_metric,
        coalesce(said.operator, 'equals') as said_operator,
        case
            when asked.result_unit <> 'of_metric' then claims.published_unit = asked.result_unit
            when claims.missing_data is not null then true
            when metrics.unit = 'usd_millions' then claims.published_unit in ('usd_millions', 'usd_billions')
            else claims.published_unit = metrics.unit
        end as unit_fits,
        count(case when claims.reading = 'as_worded' then 1 end) over (partition by claims.claim_id) as worded_readings,
        count(case when claims.reading <> 'as_worded' then 1 end) over (partition by claims.claim_id) as other_readings,
        min(claims.stated_by) over (partition by claims.claim_id)
        = max(claims.stated_by) over (partition by claims.claim_id) as is_of_one_author,
        min(concat(claims.section, '/', claims.place)) over (partition by claims.claim_id)
        = max(concat(claims.section, '/', claims.place)) over (partition by claims.claim_id) as is_in_one_place
    from {{ ref('nsf07329_claims') }} as claims
    left join {{ ref('statistics') }} as asked on claims.statistic = asked.statistic
    left join {{ ref('operators') }} as operators on claims.operator = operators.operator
    left join {{ ref('operators') }} as said
        on regexp_extract(claims.printed_as, concat('^(', said.said_as, ') '), 0) <> ''
    left join {{ ref('metrics') }} as metrics on claims.metric = metrics.metric
),

sources as (
    select distinct source_id from {{ ref('sources') }}
),

-- How many ids of each list are members.
{% for list, key in keys_of_lists %}
    known_{{ list }} as (
        select
            claims.claim_id,
            claims.reading,
            count(*) as members_known
        from {{ ref('nsf07329_claims') }} as claims
        inner join {{ ref(list) }} as members on {{ asks_for('claims.' ~ list, 'members.' ~ key) }}
        group by claims.claim_id, claims.reading
    ),

{% endfor %}
problems as (
    select
        claims.claim_id,
        claims.reading,
        case
            when readings.reading is null then 'reading is not in seeds/vocabulary/readings.csv'
            when claims.other_readings > 1 then 'a claim has one other reading at most'
            when coalesce(claims.stated_by not in ('report', 'project'), true) then 'stated_by is report or project'
            when claims.stated_by = 'project' and claims.missing_data is not null
                then 'a check of our own has its data: missing_data must be empty'
            when not claims.is_of_one_author then 'its readings are stated by different authors'
            when claims.worded_readings <> 1 then 'a claim has one reading as_worded'
            when not claims.is_in_one_place then 'its readings name different sections or places'
            when
                claims.section is null or claims.place is null or claims.statement is null or claims.metric is null
                or claims.product_type is null or claims.technologies is null or claims.regions is null
                or claims.partners is null or claims.statistic is null
                or claims.operator is null or claims.published_value is null or claims.published_unit is null
                then 'only how_measured, printed_as, threshold and missing_data may be empty'
            when sources.source_id is null then 'source_id is not in seeds/reference/sources.csv'
            when claims.has_unknown_statistic
                then concat('statistic ', claims.statistic, ' is not in seeds/vocabulary/statistics.csv')
            when claims.has_unknown_operator
                then concat('operator ', claims.operator, ' is not in seeds/vocabulary/operators.csv')
            when claims.has_unknown_metric
                then concat('metric ', claims.metric, ' is not in seeds/vocabulary/metrics.csv')
            when claims.first_year > claims.last_year then 'first_year is after last_year'
            when claims.first_year = claims.last_year and claims.taken in ('signed_end', 'yearly_change')
                then 'a change needs two years'
            when claims.first_year <> claims.last_year and claims.taken = 'named'
                then 'members are ranked in one year'
            {% for list in ['technologies', 'regions', 'partners'] %}
                when regexp_extract(claims.{{ list }}, '{{ ids }}', 0) <> claims.{{ list }}
                    then '{{ list }} are ids with one space between, all or *'
                when concat(' ', claims.{{ list }}, ' ') like '% all %' and claims.{{ list }} <> 'all'
                    then '{{ list }} are all, or ids without all'
            {% endfor %}
            when claims.partners <> 'all' and claims.regions <> '*' then 'regions are * if partners are named'
            when (claims.published_unit = 'members') <> (claims.members_match is not null)
                then 'operators is and are go with the unit members'
            when
                claims.published_unit = 'members'
                and regexp_extract(claims.published_value, '{{ ids }}', 0) <> claims.published_value
                then 'published_value is not ids with one space between'
            when
                claims.published_unit <> 'members'
                and regexp_extract(claims.published_value, '{{ number }}', 0) <> claims.published_value
                then 'published_value is not a number'
            when
                (claims.threshold is not null) <> claims.needs_threshold
                then 'a threshold goes with the statistics count_... and first_year_..., and only with them'
            when
                claims.printed_as is not null
                and claims.published_unit in ('usd_millions', 'usd_billions', 'pct')
                and claims.operator <> claims.said_operator
                then 'operator does not fit printed_as: "about ...", "over ..." or the number alone'
            when regexp_extract(claims.threshold, '{{ number }}', 0) <> claims.threshold
                then 'threshold is not a number'
            when not claims.unit_fits then 'published_unit does not fit the metric and the statistic'
            -- "At least three" and "above ten billion" need a reason, or the word that they are ours.
            when
                claims.how_measured is null and claims.missing_data is null and claims.printed_as is null
                and (
                    (claims.operator in ('over', 'under', 'at_least', 'at_most') and claims.published_value <> '0')
                    or claims.threshold <> '0'
                )
                then 'how_measured must say why its bound is what it is'
            {% for list, key in keys_of_lists %}
                when
                    claims.{{ list }} not in ('all', '*')
                    and coalesce({{ list }}.members_known, 0) <> {{ ids_named('claims.' ~ list) }}
                    and claims.missing_data is null
                    then concat('no such member, or one twice: ', claims.{{ list }})
                when
                    claims.{{ list }} not in ('all', '*')
                    and claims.{{ list }} not like '% %'
                    and {{ list }}.members_known is null
                    then concat('no such member: ', claims.{{ list }})
            {% endfor %}
        end as what_is_wrong
    from claims
    left join sources on claims.source_id = sources.source_id
    left join {{ ref('readings') }} as readings on claims.reading = readings.reading
    {% for list, key in keys_of_lists %}
        left join known_{{ list }} as {{ list }}
            on claims.claim_id = {{ list }}.claim_id and claims.reading = {{ list }}.reading
    {% endfor %}
)

select concat('seeds/nsf07329/nsf07329_claims.csv, claim ', claim_id, ' (', reading, '): ', what_is_wrong) as problem
from problems
where what_is_wrong is not null
