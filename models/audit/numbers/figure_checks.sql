with

shares as (
    select
        printed.flow,
        printed.technology_id,
        printed.partner_id,
        printed.share_pct,
        printed.data_year,
        printed.source_id,
        exhibits.exhibit_id as area,
        cast(0.05 as decimal(18, 6)) as half_unit,
        concat(printed.technology_id, '/', printed.partner_id) as member_id,
        case printed.flow when 'exports' then 'export_share_pct' else 'import_share_pct' end as metric
    from ({{ of_report('top_partners_by_technology') }}) as printed
    inner join {{ ref('exhibits') }} as exhibits
        on
            exhibits.kind = 'figure'
            and exhibits.unit = 'pct'
            and printed.flow = exhibits.flow
),

metrics as (
    select * from {{ ref('trade_metrics') }}
),

-- Tables 3 and 4 give the rows of all technologies; their numbers are rounded to 0.1 too.
shares_of_totals as (
    select
        shares.flow,
        shares.member_id,
        metrics.metric_value as recomputed_value,
        2 as numbers_used,
        'share_is_partner_over_total' as check_id,
        0.05 + (100 + shares.share_pct) * 0.05 / totals.metric_value as largest_rounding
    from shares
    inner join metrics
        on
            shares.partner_id = metrics.member_id
            and shares.metric = metrics.metric
            and shares.data_year = metrics.data_year
    inner join metrics as totals
        on
            totals.member_id = 'world'
            and totals.metric = concat(shares.flow, '_usd_millions')
            and shares.source_id = totals.source_id
            and shares.data_year = totals.data_year
    where shares.technology_id = 'all_technologies'
),

-- The prose has a few shares as well, with fewer digits.
shares_in_prose as (
    select
        shares.flow,
        shares.member_id,
        readings.published_number as recomputed_value,
        1 as numbers_used,
        concat('prose/', claims.claim_id) as check_id,
        0.05 + readings.last_digit / 2 as largest_rounding
    from shares
    inner join {{ ref('nsf07329_claims') }} as claims
        on shares.member_id = claims.members and shares.metric = claims.metric
    inner join {{ ref('claim_readings') }} as readings
        on claims.claim_id = readings.claim_id and claims.reading = readings.reading
    where
        claims.breakdown = 'partner_in_technology'
        and claims.statistic = 'value'
        and claims.operator in ('equals', 'about')
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
        concat(shares.area, '/', shares.member_id) as published_id
    from shares
    inner join recomputed on shares.flow = recomputed.flow and shares.member_id = recomputed.member_id
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
        concat(shares.area, '/', shares.member_id) as published_id
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
