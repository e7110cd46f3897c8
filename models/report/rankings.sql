{% set first_year, last_year = var('report_years') | first, var('report_years') | last %}

with

measures as (
    {% for breakdown in ['technology', 'partner'] %}
        select
            '{{ breakdown }}' as breakdown,
            {{ breakdown }}_id as member_id,
            {{ breakdown }}_name as member_name,
            data_year,
            exports_usd_millions,
            imports_usd_millions,
            balance_usd_millions,
            export_rank,
            import_rank,
            balance_rank,
            source_id,
            vintage
        from ({{ of_report('trade_by_' ~ breakdown) }})
        where export_rank is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

places as (
    {% for flow, place in [('exports', 'export_rank'), ('imports', 'import_rank'), ('balance', 'balance_rank')] %}
        select
            breakdown,
            '{{ flow }}' as flow,
            member_id,
            member_name,
            data_year,
            {{ flow }}_usd_millions as value_usd_millions,
            {{ place }} as place,
            source_id,
            vintage
        from measures
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (
    select
        breakdown,
        flow,
        member_id,
        member_name,
        data_year,
        value_usd_millions,
        place,
        cast(min(place) over member as int) as best_place,
        cast(
            max(case when data_year = {{ last_year }} then place end) over member
            - max(case when data_year = {{ first_year }} then place end) over member as int
        ) as places_lost,
        source_id,
        vintage
    from places
    window member as (partition by breakdown, flow, member_id)
)

select * from compared
