"""The public interface that dashboards rely on, and a few numbers that anyone can look up in the printed report."""

import csv
import json
from decimal import Decimal

import duckdb
import pytest
from conftest import Warehouse

from atp_trade.warehouse import INTERNAL_SCHEMAS, PUBLIC_SCHEMAS

VALUES = ["exports_usd_millions", "imports_usd_millions", "balance_usd_millions"]
MEASURES_OF_ALL = [
    *VALUES,
    "total_trade_usd_millions",
    "exports_growth_pct",
    "imports_growth_pct",
    "balance_change_usd_millions",
    "base_year",
    "exports_cagr_since_base_pct",
    "imports_cagr_since_base_pct",
    "coverage_ratio",
    "normalized_balance",
    "is_surplus",
    "balance_sign",
]
MEASURES = [
    *MEASURES_OF_ALL,
    "export_share_pct",
    "import_share_pct",
    "export_rank",
    "import_rank",
    "balance_rank",
    "export_rank_change",
    "import_rank_change",
    "balance_rank_change",
    "exports_growth_contribution_pp",
    "imports_growth_contribution_pp",
]
COMPARABILITY = ["is_break", "is_comparable_with_previous"]
HHI = ["export_partner_hhi", "import_partner_hhi", "export_technology_hhi", "import_technology_hhi"]
TURNOVER = [
    "export_partner_turnover_pp",
    "import_partner_turnover_pp",
    "export_technology_turnover_pp",
    "import_technology_turnover_pp",
]
OF_GOODS = [
    "export_share_of_goods_pct",
    "import_share_of_goods_pct",
    "export_specialization_ratio",
    "import_specialization_ratio",
]
# Where the index of a primary key would be too large a part of the file.
WITHOUT_INDEX = ["trade_metrics", "trade_months", "month_windows", "trade_by_product", "top_products"]
WITHIN_REGION = [
    "export_share_of_region_pct",
    "import_share_of_region_pct",
    "export_rank_in_region",
    "import_rank_in_region",
    "balance_rank_in_region",
]

AREA_TOTALS = [
    "export_census_area_hhi",
    "import_census_area_hhi",
    "census_areas_in_surplus",
    "census_areas_in_deficit",
]
# The European Union, the euro area, NAFTA, ASEAN and the OECD.
MEMBERS_AT_THE_TIME = (5 * 14 + 2 * 19) + (10 + 6 * 11) + 7 * 2 + 7 * 5 + (25 + 6 * 26)

STATE_AND_YEAR = ["source_id", "vintage", "data_year"]
STATE_AND_MONTH = [*STATE_AND_YEAR, "data_month"]
MEMBERS = ["product_type", "technology_id", "region_id", "partner_id"]
FACT_KEY = [*STATE_AND_YEAR, *MEMBERS]
# The Census Bureau's states of its series: to 2022 without all goods, to 2023, and to 2024 with all goods to 2023.
REPORT_ROWS, CENSUS_ATP, CENSUS_ROWS = 7 * (1 + 11 + 6 + 45), 34 + 35 + 36, 34 + 35 * 3 + (36 + 35 * 2)
# January 1989 to January 2023, June 2024 and December 2024.
MONTHS = 409 + 426 + 432

# relation: (key, rows, other columns)
CORE = {
    "trade": (FACT_KEY, REPORT_ROWS + CENSUS_ROWS, [*VALUES, "is_residual", "breakdown"]),
    "trade_measures": (
        FACT_KEY,
        REPORT_ROWS + CENSUS_ROWS,
        ["total_exports_usd_millions", "total_imports_usd_millions", *MEASURES, *HHI, *WITHIN_REGION, *OF_GOODS],
    ),
    "share_turnover": (STATE_AND_YEAR, 6, TURNOVER),
    "comparability": (FACT_KEY, REPORT_ROWS + CENSUS_ROWS, COMPARABILITY),
    "top_partners": ([*FACT_KEY, "flow"], 73, ["partner_rank", "printed_place", "share_pct"]),
    "trade_metrics": ([*FACT_KEY, "metric"], 14_507, ["metric_value"]),
    # The report's years and the Census Bureau's totals; the areas are the report's.
    "census_area_measures": (
        [*STATE_AND_YEAR, "census_area_code"],
        7 * (1 + 10) + CENSUS_ATP,
        [*MEASURES, *AREA_TOTALS],
    ),
    "group_member_trade": (
        [*STATE_AND_YEAR, "group_id", "membership_basis", "partner_id"],
        MEMBERS_AT_THE_TIME + 7 * (19 + 11 + 2 + 5 + 26),
        ["membership_date", *VALUES[:2], "counted_the_year_before"],
    ),
    "trade_months": ([*STATE_AND_MONTH, *MEMBERS], MONTHS, [*VALUES, "value_vintage", "breakdown"]),
    # Three windows of each month of the latest state, and its years.
    "month_windows": (
        [*STATE_AND_MONTH, *MEMBERS, "window_type"],
        3 * 432 + 36,
        [*VALUES[:2], "months_in_window", "is_complete"],
    ),
}
MARTS = {
    "dim_technology": (
        ["technology_id"],
        12,
        [
            "technology_name",
            "census_area_code",
            "counted_in_census_area_code",
            "definition",
            "is_in_report",
            "report_order",
            "report_label",
        ],
    ),
    "dim_partner": (
        ["partner_id"],
        254,
        [
            "partner_name",
            "region_id",
            "region_name",
            "schedule_c_code",
            "report_label",
            "report_order",
            "iso_alpha_2",
            "iso_alpha_3",
            "census_continent",
            "m49_region",
            "m49_subregion",
            "is_named_in_report",
            "first_year",
            "last_year",
        ],
    ),
    "dim_region": (["region_id"], 6, ["region_name", "report_order", "report_label"]),
    "dim_source": (
        ["source_id", "vintage"],
        4,
        [
            *("publisher", "source_name", "address", "basis", "flow_definition", "valuation", "seasonal_adjustment"),
            *("classification", "revision_policy"),
        ],
    ),
    "data_notes": (
        ["note_id"],
        22,
        [
            *("title", "source_id", "flow", "product_type", "technology_id", "region_id", "partner_id", "valid_from"),
            *("valid_to", "kind", "is_break", "sentence", "reference_title", "reference_address"),
        ],
    ),
    "trade_totals": (
        STATE_AND_YEAR,
        7,
        [
            *(*MEASURES_OF_ALL, *COMPARABILITY, *HHI, *TURNOVER),
            *AREA_TOTALS,
            *("technologies_in_surplus", "technologies_in_deficit", "technology_overlap_pct"),
        ],
    ),
    "trade_by_technology": (
        [*STATE_AND_YEAR, "technology_id"],
        77,
        [
            *("technology_name", "census_area_code", "counted_in_census_area_code"),
            *(*MEASURES, *COMPARABILITY, "balance_contribution_pp"),
        ],
    ),
    "trade_by_region": ([*STATE_AND_YEAR, "region_id"], 42, ["region_name", *MEASURES, *COMPARABILITY]),
    "trade_by_partner": (
        [*STATE_AND_YEAR, "partner_id"],
        315,
        ["partner_name", "region_id", "region_name", *MEASURES, *COMPARABILITY, *WITHIN_REGION, *OF_GOODS],
    ),
    "top_partners_by_technology": (
        [*STATE_AND_YEAR, "flow", "technology_id", "partner_id"],
        73,
        ["partner_rank", "printed_place", "share_pct", "technology_name", "partner_name"],
    ),
    "trade_concentration": (
        [*STATE_AND_YEAR, "flow", "breakdown", "technology_id"],
        7 * 2 * 2 + 11 * 2,
        [
            *("members", "residual_share_pct", "lowest_hhi", "highest_hhi", "named_members_hhi"),
            *("fewest_equal_members", "most_equal_members", "cr1_pct", "cr3_pct", "cr5_pct", "technology_name"),
        ],
    ),
    "balance_changes": (
        ["source_id", "vintage", "first_year", "last_year", "breakdown", "member_id"],
        21 * (1 + 11 + 6 + 45),
        [
            *(f"{measure}_change_usd_millions" for measure in ("exports", "imports", "balance", "total_balance")),
            *("member_name", "is_residual", "share_of_gross_change_pct", "balance_change_to_trade_pct"),
        ],
    ),
    "merchandise_trade": (
        [*STATE_AND_YEAR, "product_type"],
        7 + 36 + 35 * 2,
        [
            *(*VALUES, *COMPARABILITY, "total_trade_usd_millions"),
            *("export_share_of_goods_pct", "import_share_of_goods_pct"),
        ],
    ),
    "merchandise_trade_balance": ([*STATE_AND_YEAR, "product_type"], 7 + 36 + 35 * 2, VALUES),
    "dim_census_area": (["census_area_code"], 10, ["census_area_name"]),
    "trade_by_census_area": ([*STATE_AND_YEAR, "census_area_code"], 70, ["census_area_name", *MEASURES]),
    "dim_group": (["group_id"], 6, ["group_name", "group_kind", "definition", "valid_from", "valid_to", "reference"]),
    "group_members": (
        ["group_id", "partner_id", "valid_from"],
        101,
        ["group_name", "partner_name", "valid_to", "reference"],
    ),
    "trade_by_group": (
        [*STATE_AND_YEAR, "group_id", "membership_basis"],
        2 * 7 * 5,
        [
            "group_name",
            "membership_date",
            *VALUES,
            "total_trade_usd_millions",
            "export_share_pct",
            "import_share_pct",
            "exports_growth_pct",
            "imports_growth_pct",
            "balance_change_usd_millions",
            "has_members_of_year_before",
            "members_observed",
            "members_in_all",
            "members_not_named",
        ],
    ),
    "trade_windows": (
        [*STATE_AND_MONTH, "product_type", "technology_id", "partner_id", "window_type"],
        3 * 432 + 36,
        [
            *(*VALUES, "total_trade_usd_millions", "window_end", "months_in_window", "is_complete", "balance_sign"),
            *(f"{flow}_year_before_usd_millions" for flow in ("exports", "imports", "balance", "total_trade")),
            *(f"{flow}_change_usd_millions" for flow in ("exports", "imports", "balance", "total_trade")),
            *("exports_growth_pct", "imports_growth_pct", "total_trade_growth_pct", "is_comparable_with_year_before"),
            *("deficit_rank", "is_record_exports", "is_record_imports", "is_record_deficit", "is_turning_point"),
            *("oldest_value_vintage", "newest_value_vintage"),
        ],
    ),
    # Nothing is loaded.
    "trade_monthly": (
        [*STATE_AND_MONTH, "technology_id", "partner_id"],
        0,
        [
            *VALUES,
            "total_trade_usd_millions",
            "technology_name",
            "census_area_code",
            "partner_name",
            "census_continent",
        ],
    ),
    "trade_by_technology_and_partner": (
        [*STATE_AND_YEAR, "technology_id", "partner_id"],
        0,
        [
            *MEASURES,
            "technology_name",
            "census_area_code",
            "partner_name",
            "region_id",
            "census_continent",
            *COMPARABILITY,
        ],
    ),
    "partner_share_changes": (
        ["source_id", "vintage", "first_year", "last_year", "flow", "partner_id"],
        0,
        [
            *("partner_name", "first_share_pct", "last_share_pct"),
            *("share_change_pp", "within_change_pp", "mix_change_pp"),
        ],
    ),
    "merchandise_trade_by_partner": (
        [*STATE_AND_YEAR, "product_type", "partner_id"],
        0,
        [
            *(*VALUES, "total_trade_usd_millions", "partner_name", "census_continent"),
            *("export_share_pct", "import_share_pct", "exports_growth_pct", "imports_growth_pct"),
        ],
    ),
    # 2024-06 has every month of 2023-01 again, 2024-12 has January to June 2024.
    "trade_revisions": (
        [*STATE_AND_MONTH, "product_type"],
        409 + 6,
        [
            *VALUES,
            *(f"{flow}_before_usd_millions" for flow in ("exports", "imports", "balance")),
            *(f"{flow}_revision_usd_millions" for flow in ("exports", "imports", "balance")),
            *("exports_revision_pct", "imports_revision_pct", "is_revised"),
            *("previous_vintage", "previous_value_vintage"),
        ],
    ),
    "product_lists": (["flow", "list_year", "product_code"], 4302, ["census_area_code", "census_area_name"]),
    "product_list_changes": (
        ["flow", "list_year", "product_code"],
        # Each product of a list or the one before: 562 of exports, 2,939 of imports.
        562 + 2939,
        ["previous_list_year", "previous_census_area_code", "census_area_code", "list_change"],
    ),
    "dim_product": (
        ["flow", "product_code", "valid_from_year"],
        # No product has left a list and come back, or changed its area: as many as there are codes.
        562 + 728,
        [
            *("valid_to_year", "is_on_latest_list", "product_name", "census_area_code", "census_area_name"),
            *("chapter_code", "subheading_code"),
        ],
    ),
    "trade_by_product": (
        [*STATE_AND_YEAR, "flow", "product_code", "partner_id"],
        0,
        [
            *("product_name", "census_area_code", "partner_name", "value_usd_millions"),
            *("quantity", "quantity_unit", "unit_value_usd"),
        ],
    ),
    "top_products": (
        [*STATE_AND_YEAR, "flow", "census_area_code", "partner_id", "product_code"],
        0,
        ["product_name", "product_rank", "value_usd_millions", "share_pct"],
    ),
    "product_contributions": (
        [*STATE_AND_YEAR, "flow", "product_code"],
        0,
        [
            *("product_name", "census_area_code", "list_change", "previous_value_usd_millions", "value_usd_millions"),
            *("balance_contribution_usd_millions", "share_of_gross_change_pct", "deficit_contribution_rank"),
            *("previous_unit_value_usd", "unit_value_usd", "price_effect_usd_millions", "quantity_effect_usd_millions"),
        ],
    ),
    "balance_by_subheading": (
        [*STATE_AND_YEAR, "subheading_code"],
        0,
        ["exports_usd_millions", "imports_usd_millions", "balance_usd_millions", "deficit_rank"],
    ),
}
PRINTED = {
    "table_1": 36,
    "table_2": 51,
    "table_3": 51,
    "table_4": 51,
    "figure_1": 17,
    "figure_2": 11,
    "figure_3": 12,
    "figure_4": 12,
}
PAGE = {
    "rankings": 7 * 3 * (11 + 44),
    "concentration": 7 * 2 * 2,
    "partners_and_regions": 7 * (6 + 44),
    "headlines": 1,
    "balance_headlines": 1,
    "partner_headlines": 1,
    "later_totals": 36,
    "later_headlines": 1,
    "latest_headlines": 1,
    # Without anything loaded.
    "later_members": 0,
}
PAGES = {
    **{f"printed.{name}": rows for name, rows in PRINTED.items()},
    **{f"page.{name}": rows for name, rows in PAGE.items()},
}


@pytest.mark.parametrize(
    ("schema", "relation"), [*(("core", name) for name in CORE), *(("marts", name) for name in MARTS)]
)
def test_a_relation_has_its_columns_its_key_and_its_rows(warehouse: Warehouse, schema: str, relation: str) -> None:
    key, rows, others = {"core": CORE, "marts": MARTS}[schema][relation]
    columns = {
        row[0]
        for row in warehouse.query(
            f"select column_name from duckdb_columns() where schema_name = '{schema}' and table_name = '{relation}'"
        )
    }
    assert {*key, *others} <= columns
    assert warehouse.query(f"select count(*) from {schema}.{relation}") == [(rows,)]
    assert warehouse.query(f"select count(*) from (select distinct {', '.join(key)} from {schema}.{relation})") == [
        (rows,)
    ]
    # The tall relation has a key and no index.
    assert warehouse.query(
        f"""
        select constraint_column_names from duckdb_constraints()
        where schema_name = '{schema}' and table_name = '{relation}' and constraint_type = 'PRIMARY KEY'
        """
    ) == ([] if relation in WITHOUT_INDEX else [(key,)])


def test_every_mart_is_in_the_interface(warehouse: Warehouse) -> None:
    assert {
        row[0] for row in warehouse.query("select table_name from duckdb_tables() where schema_name = 'marts'")
    } == {*MARTS}


@pytest.mark.parametrize("relation", ["table_1", "table_2", "table_3", "table_4", "figure_3", "figure_4"])
def test_a_printed_relation_reads_like_the_printed_page(warehouse: Warehouse, relation: str) -> None:
    with (warehouse.project / "seeds" / "nsf07329" / f"nsf07329_{relation}.csv").open(newline="") as file:
        header, *printed = csv.reader(file)
    order = "figure_row" if relation.startswith("figure") else "page_row"
    shown = warehouse.query(f"select {', '.join(header)} from printed.{relation} order by {order}")
    assert [[str(value) for value in row] for row in shown] == printed


@pytest.mark.parametrize("relation", PAGES)
def test_a_relation_of_a_page_has_its_rows(warehouse: Warehouse, relation: str) -> None:
    assert warehouse.query(f"select count(*) from {relation}") == [(PAGES[relation],)]


def test_every_relation_of_a_page_is_in_the_interface(warehouse: Warehouse) -> None:
    assert {
        f"{schema}.{table}"
        for schema, table in warehouse.query(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('printed', 'page')"
        )
    } == {*PAGES}


def test_the_exhibits_are_the_printed_relations_with_their_years(warehouse: Warehouse) -> None:
    exhibits = warehouse.query("select exhibit_id, kind, exhibit_number, first_year, last_year from seeds.exhibits")
    assert {exhibit: f"{kind}_{number}" for exhibit, kind, number, *_ in exhibits} == {name: name for name in PRINTED}
    for exhibit, _, _, first, last in exhibits:
        columns = warehouse.query(
            f"""
            select column_name from duckdb_columns()
            where schema_name = 'printed' and table_name = '{exhibit}' and regexp_matches(column_name, '^y[0-9]+$')
            """
        )
        shown = [int(name[1:]) for (name,) in columns]
        if exhibit == "figure_1":
            shown = [year for (year,) in warehouse.query("select data_year from printed.figure_1 order by data_year")]
        assert shown == ([*range(first, last + 1)] if shown else []), exhibit
        assert shown or first == last


def test_the_schemas_for_readers_are_the_same_for_dbt_and_python(warehouse: Warehouse) -> None:
    nodes = json.loads((warehouse.target / "manifest.json").read_text())["nodes"].values()
    built = [node for node in nodes if node["resource_type"] in ("model", "seed")]
    assert {node["schema"] for node in built if node.get("access") == "public"} == {*PUBLIC_SCHEMAS}
    assert {node["schema"] for node in built if node.get("access") != "public"} == {*INTERNAL_SCHEMAS}


def test_headlines_are_what_the_marts_say(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select
            deficit_since_year, surplus_since_year, balance_usd_billions, technologies_in_surplus,
            largest_surplus_technology_name, largest_technology_surplus_usd_billions, partners_in_surplus,
            largest_partner_name, largest_partner_first_year_export_rank, largest_partner_last_year_import_rank,
            market_in_most_areas_name, market_in_most_areas, import_partner_concentration,
            export_partner_concentration, last_year_import_partner_lowest_hhi, last_year_import_partner_highest_hhi
        from page.headlines
        """
    ) == [
        (
            *(2002, 1990, Decimal("-38.3"), 6, "Aerospace", Decimal("53.6"), 32, "China", 8, 1, "Japan", 7),
            *("rose", "is not shown to have changed", Decimal("1062.3"), Decimal("1062.6")),
        ),
    ]


def test_every_relation_and_column_says_what_it_is(warehouse: Warehouse) -> None:
    assert not warehouse.query(
        """
        select schema_name, table_name, null as column_name from duckdb_tables() where coalesce(comment, '') = ''
        union all
        select schema_name, table_name, column_name from duckdb_columns()
        where not internal and coalesce(comment, '') = ''
        """
    )


def test_numbers_that_the_report_prints_in_its_text(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select balance_usd_millions, published_balance_usd_millions, is_surplus from marts.trade_totals
        where data_year = 2006
        """
    ) == [(Decimal("-38278.7"), Decimal("-38278.8"), False)]
    assert warehouse.query(
        """
        select partner_id, export_rank, round(export_share_pct, 1) from marts.trade_by_partner
        where data_year = 2006 and export_rank <= 3 order by export_rank
        """
    ) == [("CHN", 1, 9.6), ("CAN", 2, 9.3), ("JPN", 3, 7.7)]
    assert warehouse.query(
        """
        select technology_id, balance_rank from marts.trade_by_technology
        where data_year = 2006 and balance_rank <= 2 order by balance_rank
        """
    ) == [("aerospace", 1), ("electronics", 2)]


def test_two_partners_share_a_rank_and_a_printed_place_and_the_next_rank_is_left_out(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select partner_rank, printed_place, partner_id, share_pct from marts.top_partners_by_technology
        where flow = 'imports' and technology_id = 'biotechnologies' order by partner_rank, partner_id
        """
    ) == [
        (1, 1, "DEU", Decimal("25.6")),
        (2, 2, "GBR", Decimal("11.1")),
        (2, 2, "IRL", Decimal("11.1")),
        (4, 3, "BEL", Decimal("9.3")),
    ]
    # It is the only row in which the two differ.
    assert warehouse.query(
        "select count(*) from marts.top_partners_by_technology where partner_rank is distinct from printed_place"
    ) == [(1,)]


def test_vintages_stand_side_by_side(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select source_id, min(data_year), max(data_year), count(distinct vintage)
        from marts.merchandise_trade
        where product_type = 'advanced_technology_products' group by source_id order by source_id
        """
    ) == [("census_country", 1989, 2024, 1), ("nsf07329", 2000, 2006, 1)]


def test_the_file_opens_in_clients_from_duckdb_1_2_on(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        [(tags,)] = connection.sql("select tags from duckdb_databases() where not internal").fetchall()
    assert tags["storage_version"].startswith("v1.2.0")
