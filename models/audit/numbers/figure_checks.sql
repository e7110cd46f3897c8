with

shares as (
    select
        {{ columns(fact_key(), 'printed') }},
        printed.flow,
        printed.share_pct,
        cast({{ half_unit() }} as decimal(18, 6)) as half_unit,
        exhibits.exhibit_id as area,
        concat(exhibits.exhibit_id, '/', printed.technology_id, '/', printed.partner_id) as published_id,
        case printed.flow when 'exports' then 'export_share_pct' else 'import_share_pct' end as metric
    from {{ ref('stg_nsf07329__top_three') }} as printed
    inner join {{ ref('exhibits') }} as exhibits
        on exhibits.kind = 'figure' and printed.figure_number = exhibits.exhibit_number
),

metrics as (
    select * from {{ ref('trade_metrics') }}
),

-- Tables 3 and 4 give the rows of all technologies; their numbers are rounded to 0.1 too.
shares_of_totals as (
    select
        shares.published_id,
        metrics.metric_value as recomputed_value,
        2 as numbers_used,
        'share_is_partner_over_total' as check_id,
        {{ half_unit() }} + (100 + shares.share_pct) * {{ half_unit() }} / totals.metric_value as largest_rounding
    from shares
    inner join metrics
        on
            {{ same(fact_key(), 'shares', 'metrics') }}
            and shares.metric = metrics.metric
    inner join metrics as totals
        on
            {{ same(state() + period() + ['product_type', 'technology_id'], 'shares', 'totals') }}
            and totals.region_id = 'all'
            and totals.partner_id = 'all'
            and totals.metric = concat(shares.flow, '_usd_millions')
    where shares.technology_id = 'all'
),

-- The prose has a few shares as well, with fewer digits.
shares_in_prose as (
    select
        shares.published_id,
        readings.published_number as recomputed_value,
        1 as numbers_used,
        concat('prose/', claims.claim_id) as check_id,
        {{ half_unit() }} + readings.last_digit / 2 as largest_rounding
    from shares
    inner join {{ ref('nsf07329_claims') }} as claims
        on
            shares.technology_id = claims.technologies
            and shares.partner_id = claims.partners
            and shares.metric = claims.metric
    inner join {{ ref('claim_readings') }} as readings
        on
            {{ same(state(), 'shares', 'readings') }}
            and claims.claim_id = readings.claim_id
            and claims.reading = readings.reading
    where
        shares.technology_id <> 'all'
        and claims.statistic = 'value'
        and claims.operator = 'equals'
),

recomputed as (
    select * from shares_of_totals
    union all
    select * from shares_in_prose
),

checks as (
    select
        shares.area,
        recomputed.check_id,
        shares.half_unit,
        recomputed.numbers_used,
        cast(shares.share_pct as decimal(18, 3)) as printed_value,
        cast(recomputed.recomputed_value as decimal(18, 6)) as recomputed_value,
        cast(recomputed.largest_rounding as decimal(18, 6)) as largest_rounding,
        cast(null as decimal(18, 6)) as lower_bound,
        cast(null as decimal(18, 6)) as upper_bound,
        shares.published_id
    from shares
    inner join recomputed on shares.published_id = recomputed.published_id
),

bounds as (
    select
        shares.area,
        shares.half_unit,
        'dollars_and_order_bound_the_share' as check_id,
        cast(null as int) as numbers_used,
        cast(shares.share_pct as decimal(18, 3)) as printed_value,
        cast(null as decimal(18, 6)) as recomputed_value,
        cast(null as decimal(18, 6)) as largest_rounding,
        cast(bounds.lower_bound_pct as decimal(18, 6)) as lower_bound,
        cast(bounds.upper_bound_pct as decimal(18, 6)) as upper_bound,
        shares.published_id
    from shares
    inner join {{ ref('technology_partner_bounds') }} as bounds
        on
            shares.flow = bounds.flow
            and shares.technology_id = bounds.technology_id
            and shares.partner_id = bounds.partner_id
            and shares.data_year = bounds.data_year
)

select {{ check_columns() }}
from checks
union all
select {{ check_columns() }}
from bounds
