{# The measures of every trade mart, in order; `core.trade_measures` computes them. #}
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
        'base_year',
        'exports_cagr_since_base_pct',
        'imports_cagr_since_base_pct',
    ]) }}
{% endmacro %}

{% macro measures_of_totals() %}
    {{ return([
        'export_partner_hhi',
        'import_partner_hhi',
        'export_technology_hhi',
        'import_technology_hhi',
        'technologies_in_surplus',
        'technologies_in_deficit',
    ]) }}
{% endmacro %}

{% macro measures_of_partners() %}
    {{ return([
        'export_share_of_region_pct',
        'import_share_of_region_pct',
        'export_rank_in_region',
        'import_rank_in_region',
        'balance_rank_in_region',
    ]) }}
{% endmacro %}

{# The measures of the Census Bureau's areas, in order: those of a technology but for the printed balance. #}
{% macro measures_of_census_areas() %}
    {{ return(measures() | reject('equalto', 'published_balance_usd_millions') | list) }}
{% endmacro %}

{# The columns of a trade mart from a relation `shown`. #}
{% macro measure_columns(more=[]) -%}
    {%- for measure in measures() + more %}
    shown.{{ measure }}
    {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The rows of a core relation that the trade marts show: the latest vintage of each source that is in them. #}
{% macro shown_states(relation) -%}
    {{ latest_states(relation) }}
    where sources.is_in_trade_marts
{%- endmacro %}

{# The sum of a column of dollars in a query that groups. NULL if a value is missing: such a sum would look whole. #}
{% macro whole_sum(column) -%}
    cast(case when count({{ column }}) = count(*) then sum({{ column }}) end as decimal(18, 1))
{%- endmacro %}
