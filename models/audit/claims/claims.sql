with

ledger as (
    select * from {{ ref('nsf07329_claims') }}
),

sources as (
    select * from {{ ref('stg_reference__sources') }}
    where is_latest
),

readings as (
    {{ latest_states('claim_readings') }}
),

judged as (
    select
        ledger.*,
        sources.vintage,
        worded.computed_value,
        worded.computed_members,
        worded.difference,
        later.computed_value as later_value,
        later.holds as holds_on_later_data,
        narrower.statement as narrower_statement,
        register.reasoning,
        case when narrower_reading.holds and not worded.holds then 'narrower' else 'as_worded' end as judged_reading,
        case
            when ledger.missing_data is not null then 'not_checkable'
            when worded.holds and ledger.source_id = report.source_id then 'confirmed'
            when worded.holds or narrower_reading.holds then 'confirmed_with_note'
            when not worded.holds then 'contradicted'
        end as verdict
    from ledger
    cross join {{ ref('stg_nsf07329__report') }} as report
    left join sources on ledger.source_id = sources.source_id
    left join readings as worded
        on
            ledger.claim_id = worded.claim_id
            and worded.reading = 'as_worded'
            and ledger.source_id = worded.source_id
    left join readings as later
        on
            ledger.claim_id = later.claim_id
            and later.reading = 'as_worded'
            and sources.later_source_id = later.source_id
            and ledger.missing_data is null
    left join ledger as narrower on ledger.claim_id = narrower.claim_id and narrower.reading = 'narrower'
    left join readings as narrower_reading
        on
            ledger.claim_id = narrower_reading.claim_id
            and narrower_reading.reading = 'narrower'
            and narrower.source_id = narrower_reading.source_id
    left join {{ ref('known_contradictions') }} as register
        on ledger.claim_id = register.claim_id and register.reading = 'as_worded'
    where ledger.reading = 'as_worded'
),

with_notes as (
    select
        claim_id,
        section,
        place,
        statement,
        printed_as,
        metric,
        product_type,
        technologies,
        regions,
        partners,
        first_year,
        last_year,
        statistic,
        threshold,
        operator,
        published_value,
        published_unit,
        computed_value,
        computed_members,
        difference,
        verdict,
        judged_reading,
        later_value,
        holds_on_later_data,
        source_id,
        vintage,
        case
            when verdict = 'not_checkable' then missing_data
            when narrower_statement is not null then concat_ws(' ', reasoning, narrower_statement)
            when verdict = 'confirmed_with_note'
                then concat(
                    'Judged on later data (', source_id, ', ', vintage, '): the report does not print these years.'
                )
            else reasoning
        end as note
    from judged
)

select * from with_notes
