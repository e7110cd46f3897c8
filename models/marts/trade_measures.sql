with

flows as (
    select * from {{ ref('trade_flows') }}
),

with_totals as (
    select
        *,
        max(case when breakdown = 'total' then exports_usd_millions end)
            over (partition by data_year) as total_exports_usd_millions,
        max(case when breakdown = 'total' then imports_usd_millions end)
            over (partition by data_year) as total_imports_usd_millions
    from flows
),

with_ranks as (
    select
        *,
        {{ member_rank('exports_usd_millions') }} as export_rank,
        {{ member_rank('imports_usd_millions') }} as import_rank,
        {{ member_rank('balance_usd_millions') }} as balance_rank
    from with_totals
),

-- year_before is the year before and nothing else, so that a gap in the years gives NULL.
with_reference_years as (
    select
        *,
        max(exports_usd_millions) over year_before as previous_exports,
        max(imports_usd_millions) over year_before as previous_imports,
        max(balance_usd_millions) over year_before as previous_balance,
        max(total_exports_usd_millions) over year_before as previous_total_exports,
        max(total_imports_usd_millions) over year_before as previous_total_imports,
        max(export_rank) over year_before as previous_export_rank,
        max(import_rank) over year_before as previous_import_rank,
        max(balance_rank) over year_before as previous_balance_rank,
        max(case when data_year = 2000 then exports_usd_millions end) over member as exports_in_2000,
        max(case when data_year = 2000 then imports_usd_millions end) over member as imports_in_2000,
        nullif(data_year - 2000, 0) as years_since_2000
    from with_ranks
    window
        member as (partition by breakdown, member_id),
        year_before as (
            partition by breakdown, member_id
            order by data_year range between 1 preceding and 1 preceding
        )
),

measured as (
    select
        data_year,
        breakdown,
        member_id,
        member_name,
        exports_usd_millions,
        imports_usd_millions,
        balance_usd_millions,
        published_balance_usd_millions,
        total_exports_usd_millions,
        total_imports_usd_millions,
        100 * {{ ratio('exports_usd_millions', 'total_exports_usd_millions') }} as export_share_pct,
        100 * {{ ratio('imports_usd_millions', 'total_imports_usd_millions') }} as import_share_pct,
        {{ ratio('exports_usd_millions', 'imports_usd_millions') }} as coverage_ratio,
        {{ ratio('balance_usd_millions', '(exports_usd_millions + imports_usd_millions)') }} as normalized_balance,
        balance_usd_millions > 0 as is_surplus,
        export_rank,
        import_rank,
        balance_rank,
        export_rank - previous_export_rank as export_rank_change,
        import_rank - previous_import_rank as import_rank_change,
        balance_rank - previous_balance_rank as balance_rank_change,
        100 * {{ ratio('(exports_usd_millions - previous_exports)', 'previous_exports') }} as exports_growth_pct,
        100 * {{ ratio('(imports_usd_millions - previous_imports)', 'previous_imports') }} as imports_growth_pct,
        cast(balance_usd_millions - previous_balance as decimal(18, 1)) as balance_change_usd_millions,
        100 * {{ ratio('(exports_usd_millions - previous_exports)', 'previous_total_exports') }}
            as exports_growth_contribution_pp,
        100 * {{ ratio('(imports_usd_millions - previous_imports)', 'previous_total_imports') }}
            as imports_growth_contribution_pp,
        100 * (power({{ ratio('exports_usd_millions', 'exports_in_2000') }}, {{ ratio('1', 'years_since_2000') }}) - 1)
            as exports_cagr_since_2000_pct,
        100 * (power({{ ratio('imports_usd_millions', 'imports_in_2000') }}, {{ ratio('1', 'years_since_2000') }}) - 1)
            as imports_cagr_since_2000_pct,
        source_id,
        vintage
    from with_reference_years
)

select * from measured
