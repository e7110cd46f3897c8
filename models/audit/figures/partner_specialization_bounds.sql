with

-- What a partner can have traded in each area, in percent of its own trade. A printed share narrows it further.
areas as (
    select
        trials.flow,
        trials.partner_id,
        trials.technology_id,
        trials.data_year,
        100 * {{ ratio('greatest(cast(trials.lowest_usd_millions as double), bounds.lower_bound_usd_millions)',
            'trials.partner_usd_millions') }} as lowest_pct,
        100 * {{ ratio('least(cast(trials.highest_usd_millions as double), bounds.upper_bound_usd_millions)',
            'trials.partner_usd_millions') }} as highest_pct
    from {{ ref('figure_label_trials') }} as trials
    inner join {{ ref('technology_partner_bounds') }} as bounds
        on
            trials.flow = bounds.flow
            and trials.technology_id = bounds.technology_id
            and trials.partner_id = bounds.partner_id
            and trials.data_year = bounds.data_year
    inner join {{ ref('partners') }} as partners on trials.partner_id = partners.partner_id
    where trials.technology_id = trials.tried_technology_id and not partners.is_residual
),

-- The index is highest if the areas that can be largest are full. Between its ends, a square lies below its chord.
filled as (
    select
        *,
        least(
            greatest(
                100 - sum(lowest_pct) over of_partner
                - sum(highest_pct - lowest_pct) over up_to + highest_pct - lowest_pct,
                0
            ),
            highest_pct - lowest_pct
        ) + lowest_pct as filled_pct
    from areas
    window
        of_partner as (partition by flow, partner_id, data_year),
        up_to as (
            partition by flow, partner_id, data_year
            order by lowest_pct + highest_pct desc, technology_id rows unbounded preceding
        )
),

most as (
    select
        flow,
        partner_id,
        data_year,
        sum((lowest_pct + highest_pct) * filled_pct - lowest_pct * highest_pct) as technology_hhi_at_most
    from filled
    group by flow, partner_id, data_year
),

-- It is lowest if every area is at one level, or as near to it as its ends allow. Each end gives a level to try.
ends as (
    select
        flow,
        partner_id,
        data_year,
        lowest_pct as end_pct
    from areas
    union
    select
        flow,
        partner_id,
        data_year,
        highest_pct as end_pct
    from areas
),

levels as (
    select
        areas.flow,
        areas.partner_id,
        areas.data_year,
        ends.end_pct,
        coalesce({{ ratio(
            '(100 - sum(case when areas.lowest_pct > ends.end_pct then areas.lowest_pct when areas.highest_pct <= ends.end_pct then areas.highest_pct else 0 end))',
            'sum(case when areas.lowest_pct <= ends.end_pct and ends.end_pct < areas.highest_pct then 1 else 0 end)',
        ) }}, ends.end_pct) as level_pct
    from areas
    inner join ends
        on areas.flow = ends.flow and areas.partner_id = ends.partner_id and areas.data_year = ends.data_year
    group by areas.flow, areas.partner_id, areas.data_year, ends.end_pct
),

-- By duality: whatever the level, no index can be below this number, and at the right level it is reached.
tried as (
    select
        levels.flow,
        levels.partner_id,
        levels.data_year,
        sum(
            power(greatest(areas.lowest_pct, least(areas.highest_pct, levels.level_pct)), 2)
            - 2 * levels.level_pct * greatest(areas.lowest_pct, least(areas.highest_pct, levels.level_pct))
        ) + 200 * levels.level_pct as technology_hhi_at_least
    from levels
    inner join areas
        on levels.flow = areas.flow and levels.partner_id = areas.partner_id and levels.data_year = areas.data_year
    group by levels.flow, levels.partner_id, levels.data_year, levels.end_pct, levels.level_pct
),

bounds as (
    select
        most.flow,
        most.partner_id,
        most.data_year,
        max(tried.technology_hhi_at_least) as technology_hhi_at_least,
        least(most.technology_hhi_at_most, 10000) as technology_hhi_at_most
    from most
    inner join tried
        on most.flow = tried.flow and most.partner_id = tried.partner_id and most.data_year = tried.data_year
    group by most.flow, most.partner_id, most.data_year, most.technology_hhi_at_most
)

select * from bounds
