with

trials as (
    select * from {{ ref('figure_label_trials') }}
    where technology_id = tried_technology_id
),

-- What the others leave: the rest of the partner's total and of the technology's. The share itself is not used.
left_over as (
    select
        *,
        100 * {{ ratio(
            '(partner_usd_millions + highest_usd_millions - sum(highest_usd_millions) over of_partner)',
            'technology_usd_millions',
        ) }} as partner_lowest_pct,
        100 * {{ ratio(
            '(technology_usd_millions + highest_usd_millions - sum(highest_usd_millions) over of_technology)',
            'technology_usd_millions',
        ) }} as technology_lowest_pct,
        100 * {{ ratio(
            '(partner_usd_millions + lowest_usd_millions - sum(lowest_usd_millions) over of_partner)',
            'technology_usd_millions',
        ) }} as partner_highest_pct,
        100 * {{ ratio(
            '(technology_usd_millions + lowest_usd_millions - sum(lowest_usd_millions) over of_technology)',
            'technology_usd_millions',
        ) }} as technology_highest_pct
    from trials
    window
        of_partner as (partition by flow, partner_id, data_year),
        of_technology as (partition by flow, technology_id, data_year)
),

bounded as (
    select
        flow,
        technology_id,
        partner_id,
        data_year,
        share_pct,
        technology_usd_millions,
        greatest(cast(order_lowest_pct as double), partner_lowest_pct, technology_lowest_pct) as lower_bound_pct,
        least(cast(order_highest_pct as double), partner_highest_pct, technology_highest_pct) as upper_bound_pct
    from left_over
),

with_dollars as (
    select
        flow,
        technology_id,
        partner_id,
        data_year,
        share_pct,
        lower_bound_pct,
        upper_bound_pct,
        lower_bound_pct / 100 * technology_usd_millions as lower_bound_usd_millions,
        upper_bound_pct / 100 * technology_usd_millions as upper_bound_usd_millions
    from bounded
)

select * from with_dollars
