with

partners as (
    select
        {{ columns(state() + period()) }},
        partner_id,
        exports_usd_millions,
        imports_usd_millions,
        max(data_year) over of_source as last_data_year
    from {{ ref('trade') }}
    where breakdown = 'partner' and not is_residual
    {{ series_windows(['partner_id']) }}
),

-- The day that decides who is a member in a year: D67 in DECISIONS.md.
dated as (
    select
        *,
        'at_the_time' as membership_basis,
        make_date(data_year, 1, 1) as membership_date
    from partners
    union all
    select
        *,
        'fixed' as membership_basis,
        make_date(last_data_year, 1, 1) as membership_date
    from partners
),

members as (
    select
        {{ columns(state() + period(), 'dated') }},
        memberships.group_id,
        dated.membership_basis,
        dated.membership_date,
        dated.partner_id,
        dated.exports_usd_millions,
        dated.imports_usd_millions
    from dated
    inner join {{ ref('group_memberships') }} as memberships
        on
            dated.partner_id = memberships.partner_id
            and dated.membership_date >= memberships.valid_from
            and dated.membership_date <= coalesce(memberships.valid_to, dated.membership_date)
)

select
    *,
    count(*) over year_before > 0 as counted_the_year_before
from members
{{ series_windows(['group_id', 'membership_basis', 'partner_id']) }}
