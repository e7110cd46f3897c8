with

cells as (
    select * from {{ ref('stg_report__cells') }}
),

technologies as (
    select * from {{ ref('stg_reference__technologies') }}
),

economies as (
    select * from {{ ref('stg_reference__economies') }}
),

sources as (
    select * from {{ ref('stg_reference__sources') }}
),

-- The total is Table 1's; the total of Tables 2 to 4 is held to it by the audit.
members as (
    select
        technology_id as row_id,
        case when is_total then 'total' else 'technology' end as breakdown,
        case when is_total then 'world' else technology_id end as member_id,
        technology_name as member_name,
        true as is_ranked
    from technologies
    union all
    select
        economy_id as row_id,
        'region' as breakdown,
        region_id as member_id,
        region_name as member_name,
        region_id <> 'rest_of_world' as is_ranked
    from economies
    where is_region
    union all
    select
        economy_id as row_id,
        'partner' as breakdown,
        partner_id as member_id,
        partner_name as member_name,
        partner_id <> 'OTHER' as is_ranked
    from economies
    where is_partner
),

flows_side_by_side as (
    select
        cells.data_year,
        members.breakdown,
        members.member_id,
        members.member_name,
        members.is_ranked,
        cells.source_id,
        max(case when cells.flow = 'exports' then cells.value_usd_millions end) as exports_usd_millions,
        max(case when cells.flow = 'imports' then cells.value_usd_millions end) as imports_usd_millions,
        max(case when cells.flow = 'balance' then cells.value_usd_millions end) as published_balance_usd_millions
    from cells
    inner join members on cells.row_id = members.row_id
    group by
        cells.data_year,
        members.breakdown,
        members.member_id,
        members.member_name,
        members.is_ranked,
        cells.source_id
),

with_balance as (
    select
        flows_side_by_side.data_year,
        flows_side_by_side.breakdown,
        flows_side_by_side.member_id,
        flows_side_by_side.member_name,
        flows_side_by_side.is_ranked,
        flows_side_by_side.exports_usd_millions,
        flows_side_by_side.imports_usd_millions,
        cast(
            flows_side_by_side.exports_usd_millions - flows_side_by_side.imports_usd_millions as decimal(18, 1)
        ) as balance_usd_millions,
        flows_side_by_side.published_balance_usd_millions,
        flows_side_by_side.source_id,
        sources.vintage
    from flows_side_by_side
    left join sources on flows_side_by_side.source_id = sources.source_id
)

select * from with_balance
