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
        'total_trade_usd_millions',
        'total_trade_share_pct',
        'balance_sign',
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
        'technology_overlap_pct',
    ]) }}
{% endmacro %}

{# What says nothing of a total: its shares are 100, its ranks 1, and it contributes its own growth. #}
{% macro measures_of_members_alone() %}
    {{ return([
        'export_share_pct',
        'import_share_pct',
        'total_trade_share_pct',
        'export_rank',
        'import_rank',
        'balance_rank',
        'export_rank_change',
        'import_rank_change',
        'balance_rank_change',
        'exports_growth_contribution_pp',
        'imports_growth_contribution_pp',
    ]) }}
{% endmacro %}

{% macro measures_of_technologies() %}
    {{ return(['balance_contribution_pp']) }}
{% endmacro %}

{% macro measures_of_partners() %}
    {{ return([
        'export_share_of_region_pct',
        'import_share_of_region_pct',
        'export_rank_in_region',
        'import_rank_in_region',
        'balance_rank_in_region',
        'export_share_of_goods_pct',
        'import_share_of_goods_pct',
        'export_specialization_ratio',
        'import_specialization_ratio',
    ]) }}
{% endmacro %}

{# The measures of the Census Bureau's areas, in order: all but the printed balance, since the Bureau prints none. #}
{% macro measures_of_census_areas() %}
    {{ return(measures() | reject('equalto', 'published_balance_usd_millions') | list) }}
{% endmacro %}

{# The columns of a trade mart from a relation `shown`. #}
{% macro measure_columns(more=[], without=[]) -%}
    {%- for measure in (measures() + more) | reject('in', without) %}
    shown.{{ measure }}
    {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The Herfindahl-Hirschman index, at most 10,000, of squares that were added up and the total that the amounts are parts of. #}
{% macro hhi(squares, total) -%}
    10000 * {{ ratio(squares, '(' ~ total ~ ' * ' ~ total ~ ')') }}
{%- endmacro %}

{# Compound annual growth between two amounts, percent; NULL between amounts of one year, or from zero. #}
{% macro cagr(first, last, years) -%}
    100 * (power({{ ratio(last, first) }}, {{ ratio('1', years) }}) - 1)
{%- endmacro %}

{# The rows of a core relation that the trade marts show: the latest vintage of each source that is in them. #}
{% macro shown_states(relation) -%}
    {{ latest_states(relation) }}
    where sources.is_in_trade_marts
{%- endmacro %}

{#
  What a technology adds to the balance beyond its part of all trade, after Lafay (1992), in percentage points:
  100 * (b / t - B / T) * t / T, with balance b and trade t of the technology, B and T of the total, written so that a
  technology without trade has 0.
#}
{% macro balance_contribution() -%}
    {%- set trade = '(exports_usd_millions + imports_usd_millions)' -%}
    {%- set total = '(total_exports_usd_millions + total_imports_usd_millions)' -%}
    100 * (
                {{ ratio('balance_usd_millions', total) }}
                - {{ ratio('(total_exports_usd_millions - total_imports_usd_millions)', total) }}
                * {{ ratio(trade, total) }}
            )
{%- endmacro %}

{# The sum of a column of dollars in a query that groups. NULL if a value is missing: such a sum would look whole. #}
{% macro whole_sum(column) -%}
    cast(case when count({{ column }}) = count(*) then sum({{ column }}) end as decimal(18, 1))
{%- endmacro %}

{#
  The years of products that the marts show, by partner, with the latest vintage of the source. What has no area is not on
  the list of its year.
#}
{% macro shown_products() -%}
    select
        {{ columns(state(), 'years') }},
        sums.data_year,
        sums.flow,
        sums.product_code,
        sums.census_area_code,
        partners.partner_id,
        sums.value_usd,
        sums.quantity,
        sums.quantity_unit
    from {{ ref('product_sums') }} as sums
    inner join {{ ref('product_years') }} as years
        on sums.source_id = years.source_id and sums.flow = years.flow and sums.data_year = years.data_year
    inner join {{ ref('partners') }} as partners on sums.country_code = partners.schedule_c_code
    where sums.data_month is null and years.is_shown
{%- endmacro %}

{# The newest name of each product, whatever its spells; a year has four digits. #}
{% macro product_names() -%}
    select
        flow,
        product_code,
        substring(max(case when product_name is not null then concat(valid_to_year, product_name) end), 5)
            as product_name
    from {{ ref('dim_product') }}
    group by flow, product_code
{%- endmacro %}
