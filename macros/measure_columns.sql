{# The measures that every trade mart carries, in their order; `trade_measures` computes them. #}
{% macro measures() %}
    {{ return([
        'exports_usd_millions',
        'imports_usd_millions',
        'balance_usd_millions',
        'published_balance_usd_millions',
        'export_share_pct',
        'import_share_pct',
        'coverage_ratio',
        'normalized_balance',
        'is_surplus',
        'export_rank',
        'import_rank',
        'balance_rank',
        'export_rank_change',
        'import_rank_change',
        'balance_rank_change',
        'exports_growth_pct',
        'imports_growth_pct',
        'balance_change_usd_millions',
        'exports_growth_contribution_pp',
        'imports_growth_contribution_pp',
        'exports_cagr_since_2000_pct',
        'imports_cagr_since_2000_pct',
    ]) }}
{% endmacro %}

{% macro measure_columns() -%}
    {%- for measure in measures() %}
    trade_measures.{{ measure }}
    {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
