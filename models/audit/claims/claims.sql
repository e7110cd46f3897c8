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
    where claim_readings.years_later = 0
),

judged as (
    select
        ledger.*,
        sources.vintage,
        worded.computed_value,
        worded.computed_members,
        worded.deciding_year,
        worded.deciding_member,
        worded.difference,
        later.computed_value as later_value,
        other.reading as other_reading,
        other.statement as other_statement,
        other_read.holds as other_holds,
        case when ledger.source_id = report.source_id then later.holds else worded.holds end as holds_on_later_data,
        nullif(concat_ws(' ', register.reasoning, other_register.reasoning), '') as reasoning,
        case
            when ledger.missing_data is not null then 'not_checkable'
            when worded.holds and ledger.source_id <> report.source_id then 'confirmed_on_later_data'
            when worded.holds and not later.holds then 'fails_on_later_data'
            when worded.holds then 'confirmed'
            when other_read.holds then 'confirmed_in_another_reading'
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
    left join ledger as other on ledger.claim_id = other.claim_id and other.reading <> 'as_worded'
    left join readings as other_read
        on
            other.claim_id = other_read.claim_id
            and other.reading = other_read.reading
            and other.source_id = other_read.source_id
    left join {{ ref('known_contradictions') }} as register
        on ledger.claim_id = register.claim_id and register.reading = 'as_worded'
    left join {{ ref('known_contradictions') }} as other_register
        on other.claim_id = other_register.claim_id and other.reading = other_register.reading
    where ledger.reading = 'as_worded'
),

with_notes as (
    select
        claim_id,
        stated_by,
        section,
        place,
        statement,
        how_measured,
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
        deciding_year,
        deciding_member,
        difference,
        verdict,
        other_holds as other_reading_holds,
        later_value,
        holds_on_later_data,
        source_id,
        vintage,
        case verdict when 'confirmed_in_another_reading' then other_reading else 'as_worded' end as judged_reading,
        nullif(concat_ws(' ', missing_data, reasoning, other_statement), '') as note
    from judged
)

select * from with_notes
