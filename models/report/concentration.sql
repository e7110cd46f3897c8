{% set indices = [
    ('partner', 'exports', 'export_partner_hhi'),
    ('partner', 'imports', 'import_partner_hhi'),
    ('technology', 'exports', 'export_technology_hhi'),
    ('technology', 'imports', 'import_technology_hhi'),
] %}

with

totals as (
    {{ of_report('trade_totals') }}
),

side_by_side as (
    {% for breakdown, flow, index in indices %}
        select
            '{{ breakdown }}' as breakdown,
            '{{ flow }}' as flow,
            data_year,
            {{ index }} as concentration_hhi,
            source_id,
            vintage
        from totals
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from side_by_side
