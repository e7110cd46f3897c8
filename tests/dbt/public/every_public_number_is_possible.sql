-- No number of a public relation or of the core is NaN, infinite, or ruled out by its name, such as negative exports or
-- a share above 100.
-- depends_on: {{ ref('top_partners') }}
-- depends_on: {{ ref('trade') }}
-- depends_on: {{ ref('trade_measures') }}
-- depends_on: {{ ref('share_turnover') }}
-- depends_on: {{ ref('trade_metrics') }}
-- depends_on: {{ ref('comparability') }}
-- depends_on: {{ ref('data_notes') }}
-- depends_on: {{ ref('dim_partner') }}
-- depends_on: {{ ref('dim_region') }}
-- depends_on: {{ ref('dim_source') }}
-- depends_on: {{ ref('dim_technology') }}
-- depends_on: {{ ref('balance_changes') }}
-- depends_on: {{ ref('balance_headlines') }}
-- depends_on: {{ ref('merchandise_trade') }}
-- depends_on: {{ ref('merchandise_trade_balance') }}
-- depends_on: {{ ref('top_partners_by_technology') }}
-- depends_on: {{ ref('trade_by_partner') }}
-- depends_on: {{ ref('trade_by_region') }}
-- depends_on: {{ ref('trade_by_technology') }}
-- depends_on: {{ ref('trade_concentration') }}
-- depends_on: {{ ref('trade_totals') }}
-- depends_on: {{ ref('trade_months') }}
-- depends_on: {{ ref('month_windows') }}
-- depends_on: {{ ref('trade_windows') }}
-- depends_on: {{ ref('merchandise_trade_by_partner') }}
-- depends_on: {{ ref('trade_monthly') }}
-- depends_on: {{ ref('trade_by_technology_and_partner') }}
-- depends_on: {{ ref('partner_share_changes') }}
-- depends_on: {{ ref('trade_revisions') }}
-- depends_on: {{ ref('product_lists') }}
-- depends_on: {{ ref('product_list_changes') }}
-- depends_on: {{ ref('dim_product') }}
-- depends_on: {{ ref('trade_by_product') }}
-- depends_on: {{ ref('top_products') }}
-- depends_on: {{ ref('product_contributions') }}
-- depends_on: {{ ref('balance_by_subheading') }}
-- depends_on: {{ ref('product_classes') }}
-- depends_on: {{ ref('product_sums') }}
-- depends_on: {{ ref('product_years') }}
-- depends_on: {{ ref('product_changes') }}
-- depends_on: {{ ref('classification_changes') }}
-- depends_on: {{ ref('product_coverage') }}
-- depends_on: {{ ref('census_area_measures') }}
-- depends_on: {{ ref('group_member_trade') }}
-- depends_on: {{ ref('dim_census_area') }}
-- depends_on: {{ ref('dim_group') }}
-- depends_on: {{ ref('group_members') }}
-- depends_on: {{ ref('trade_by_census_area') }}
-- depends_on: {{ ref('trade_by_group') }}
-- depends_on: {{ ref('concentration') }}
-- depends_on: {{ ref('figure_1') }}
-- depends_on: {{ ref('figure_2') }}
-- depends_on: {{ ref('figure_3') }}
-- depends_on: {{ ref('figure_4') }}
-- depends_on: {{ ref('headlines') }}
-- depends_on: {{ ref('partner_headlines') }}
-- depends_on: {{ ref('later_headlines') }}
-- depends_on: {{ ref('latest_headlines') }}
-- depends_on: {{ ref('later_members') }}
-- depends_on: {{ ref('later_totals') }}
-- depends_on: {{ ref('partners_and_regions') }}
-- depends_on: {{ ref('rankings') }}
-- depends_on: {{ ref('table_1') }}
-- depends_on: {{ ref('table_2') }}
-- depends_on: {{ ref('table_3') }}
-- depends_on: {{ ref('table_4') }}
-- depends_on: {{ ref('cell_checks') }}
-- depends_on: {{ ref('claim_observations') }}
-- depends_on: {{ ref('claim_readings') }}
-- depends_on: {{ ref('claims') }}
-- depends_on: {{ ref('claims_of_latest_year') }}
-- depends_on: {{ ref('differences') }}
-- depends_on: {{ ref('figure_checks') }}
-- depends_on: {{ ref('figure_label_swaps') }}
-- depends_on: {{ ref('figure_label_trials') }}
-- depends_on: {{ ref('prose_checks') }}
-- depends_on: {{ ref('published_value_checks') }}
-- depends_on: {{ ref('published_values') }}
-- depends_on: {{ ref('reconciliation_terms') }}
-- depends_on: {{ ref('reconciliations') }}
-- depends_on: {{ ref('summary') }}
-- depends_on: {{ ref('technology_partner_bounds') }}
-- depends_on: {{ ref('partner_specialization_bounds') }}
with

numbers as (
    {{ public_numbers() }}
),

-- NaN compares as greater than infinity.
extremes as (
    select
        relation_name,
        column_name,
        number_name,
        min(number_value) as lowest,
        max(number_value) as highest
    from numbers
    group by relation_name, column_name, number_name
),

bounded as (
    select
        *,
        {{ number_bound(0) }} as lower_limit,
        {{ number_bound(1) }} as upper_limit
    from extremes
),

problems as (
    select
        *,
        case
            when highest >= cast('Infinity' as double) or lowest = cast('-Infinity' as double)
                then 'NaN or infinity is no number to publish'
            when lowest < lower_limit then concat(lowest, ' is below ', lower_limit, ', the least that it can be')
            when highest > upper_limit then concat(highest, ' is above ', upper_limit, ', the most that it can be')
        end as what_is_wrong
    from bounded
)

select
    concat(
        relation_name, ', column ', column_name,
        case when number_name <> column_name then concat(' (', number_name, ')') else '' end,
        ': ', what_is_wrong
    ) as problem
from problems
where what_is_wrong is not null
