with

trials as (
    select * from {{ ref('figure_label_trials') }}
),

pairs as (
    select
        one.technology_id,
        other.technology_id as other_technology_id
    from {{ ref('dim_technology') }} as one
    inner join {{ ref('dim_technology') }} as other on one.technology_id < other.technology_id
    where one.is_in_report and other.is_in_report
),

as_labelled as (
    select
        flow,
        partner_id,
        partner_usd_millions,
        data_year,
        sum(lowest_usd_millions) as lowest_usd_millions,
        sum(highest_usd_millions) as highest_usd_millions
    from trials
    where technology_id = tried_technology_id
    group by flow, partner_id, partner_usd_millions, data_year
),

-- Two rows under each other's labels: subtract each under its own label, and add it under the other's.
signed as (
    select
        *,
        case when technology_id = tried_technology_id then -1 else 1 end as sign
    from trials
),

changes as (
    select
        signed.flow,
        pairs.technology_id,
        pairs.other_technology_id,
        signed.partner_id,
        signed.data_year,
        sum(signed.sign * signed.lowest_usd_millions) as lowest_change,
        sum(signed.sign * signed.highest_usd_millions) as highest_change
    from signed
    inner join pairs
        on
            signed.technology_id in (pairs.technology_id, pairs.other_technology_id)
            and signed.tried_technology_id in (pairs.technology_id, pairs.other_technology_id)
    group by signed.flow, pairs.technology_id, pairs.other_technology_id, signed.partner_id, signed.data_year
),

misfits as (
    select
        changes.flow,
        changes.technology_id,
        changes.other_technology_id,
        changes.data_year,
        greatest(
            as_labelled.lowest_usd_millions + changes.lowest_change - as_labelled.partner_usd_millions,
            as_labelled.partner_usd_millions - as_labelled.highest_usd_millions - changes.highest_change,
            0
        ) as misfit_usd_millions
    from changes
    inner join as_labelled
        on
            changes.flow = as_labelled.flow
            and changes.partner_id = as_labelled.partner_id
            and changes.data_year = as_labelled.data_year
),

judged as (
    select
        flow,
        technology_id,
        other_technology_id,
        cast(sum(case when misfit_usd_millions > 0 then 1 else 0 end) as int) as partners_without_fit,
        cast(max(misfit_usd_millions) as decimal(18, 1)) as largest_misfit_usd_millions,
        data_year,
        max(misfit_usd_millions) > 0 as is_excluded
    from misfits
    group by flow, technology_id, other_technology_id, data_year
)

select * from judged
