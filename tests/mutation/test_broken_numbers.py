"""Numbers that cannot be turn a dbt test red where every sum still comes out right, and in every public relation."""

import pytest
from bench import Bench
from conftest import Warehouse

from atp_trade.warehouse import PUBLIC_SCHEMAS

# The public interface, and the core that it shows.
SCHEMAS = ("core", *PUBLIC_SCHEMAS)
IN_SEEDS = "exports_and_imports_are_not_negative"
IN_PUBLIC = "every_public_number_is_possible"
# Names of numbers that can be below zero; no other can.
BELOW_ZERO = {
    *("balance_usd_millions", "balance_usd_billions", "published_balance_usd_millions", "balance_change_usd_millions"),
    *("export_rank_change", "import_rank_change", "balance_rank_change", "ranks_lost", "normalized_balance"),
    *("exports_growth_pct", "imports_growth_pct", "exports_cagr_since_base_pct", "imports_cagr_since_base_pct"),
    *("exports_growth_contribution_pp", "imports_growth_contribution_pp", "difference_pct"),
    *("exports_change_usd_millions", "imports_change_usd_millions", "total_balance_change_usd_millions"),
    *("share_of_gross_change_pct", "balance_change_to_trade_pct", "balance_sign", "balance_contribution_pp"),
    *("difference", "difference_usd_millions", "term_sign", "term_usd_millions", "yearly_change", "balance"),
    *("report_balance_usd_millions", "latest_month_balance_usd_billions", "record_month_balance_usd_billions"),
    *("later_last_year_balance_usd_billions", "later_report_end_balance_usd_billions"),
    *("twelve_months_balance_usd_billions", "latest_twelve_months_balance_usd_billions"),
    *("latest_lowest_area_balance_usd_billions", "twelve_months_balance_sign"),
    *("balance_year_before_usd_millions", "balance_before_usd_millions", "total_trade_change_usd_millions"),
    *("exports_revision_usd_millions", "imports_revision_usd_millions", "balance_revision_usd_millions"),
    *("exports_revision_pct", "imports_revision_pct", "total_trade_growth_pct"),
    # A number of the printed page or of a claim is of what its row, or the title above it, says.
    *("printed_value", "recomputed_value", "computed_value", "later_value", "observed_value", "published_number"),
    *("report_value", "latest_value"),
    *(f"y{year}" for year in range(2000, 2007)),
    "report_advanced_technology_products_usd_millions",
    "later_advanced_technology_products_usd_millions",
    "later_all_other_products_usd_millions",
    "later_total_merchandise_usd_millions",
}
NAMED_IN_ROW = {
    "core.trade_metrics": ("metric", ["metric_value"]),
    "audit.differences": ("metric", ["report_usd_millions", "later_usd_millions"]),
    "page.rankings": ("flow", ["value_usd_millions"]),
    "audit.reconciliations": ("flow", ["published_usd_millions", "recomputed_usd_millions"]),
}
NUMBERS = ("DOUBLE", "INTEGER", "DECIMAL")


@pytest.fixture(scope="module")
def bench(warehouse: Warehouse) -> Bench:
    return Bench(warehouse)


def shift(table: int, row: str, year: int, amount: float) -> list[str]:
    """A partner's number in one of Tables 2 to 4, and its group's, changed by an amount."""
    return [
        f"update seeds.nsf07329_table_{table} set y{year} = y{year} + {amount} where country_or_economy = {label}"
        for label in (
            f"'{row}'",
            "(select regions.report_label from seeds.partners inner join seeds.regions using (region_id) "
            f"where partners.report_label = '{row}')",
        )
    ]


def move(flow: str, giver: str, taker: str, year: int, amount: float) -> list[str]:
    """Trade moved from one partner to another, so that Tables 1 to 4 still agree in every sum."""
    table, sign = {"exports": (3, 1), "imports": (4, -1)}[flow]
    return [
        *shift(table, giver, year, -amount),
        *shift(table, taker, year, amount),
        *shift(2, giver, year, -sign * amount),
        *shift(2, taker, year, sign * amount),
    ]


def move_technology(flow: str, giver: str, taker: str, year: int, amount: float) -> list[str]:
    """Trade moved from one technology to another in Table 1, and with it the balances."""
    sign = {"Exports": 1, "Imports": -1}[flow]
    return [
        f"""
        update seeds.nsf07329_table_1 set y{year} = y{year} + {change}
        where block = '{block}' and category = '{category}'
        """
        for category, moved in ((giver, -amount), (taker, amount))
        for block, change in ((flow, moved), ("Balance", sign * moved))
    ]


@pytest.mark.parametrize(
    ("seeds", "break_sql", "in_seeds", "in_public"),
    [
        (
            ["nsf07329_table_3", "nsf07329_table_2"],
            move("exports", "Indonesia", "China", 2003, 1000),
            'nsf07329/nsf07329_table_3.csv, exports, row "Indonesia", column y2003: -791.9',
            "marts.trade_by_partner, column exports_usd_millions: -791.9 is below 0",
        ),
        (
            ["nsf07329_table_3", "nsf07329_table_2"],
            move("exports", "Hungary", "Peru", 2001, 245),
            'nsf07329/nsf07329_table_3.csv, exports, row "Hungary", column y2001: -0.1',
            "marts.trade_by_partner, column export_share_of_region_pct: -",
        ),
        (
            ["nsf07329_table_4", "nsf07329_table_2"],
            move("imports", "Peru", "Ireland", 2003, 1.1),
            'nsf07329/nsf07329_table_4.csv, imports, row "Peru", column y2003: -0.1',
            "core.trade, column imports_usd_millions: -0.1 is below 0",
        ),
        (
            ["nsf07329_table_1"],
            move_technology("Exports", "Weapons", "Advanced materials", 2003, 1451.9),
            'nsf07329/nsf07329_table_1.csv, exports, row "Weapons", column y2003: -0.1',
            "core.trade_metrics, column metric_value (exports_growth_pct): -",
        ),
        (
            ["nsf07329_table_1"],
            move_technology("Imports", "Computer software", "Weapons", 2000, 5000),
            'nsf07329/nsf07329_table_1.csv, imports, row "Computer software", column y2000: -',
            "marts.trade_by_technology, column imports_cagr_since_base_pct: NaN or infinity is no number",
        ),
        (
            ["census_merchandise_trade"],
            ["update seeds.census_merchandise_trade set goods_imports_usd_millions = -0.1 where data_year = 1994"],
            "census/census_merchandise_trade.csv, row 1994, column goods_imports_usd_millions: -0.1",
            "marts.merchandise_trade, column imports_usd_millions: -98116.4 is below 0",
        ),
    ],
)
def test_what_cannot_be_traded_is_named(
    bench: Bench, seeds: list[str], break_sql: list[str], in_seeds: str, in_public: str
) -> None:
    first, *others = seeds
    assert bench.red_test(first, break_sql, *others) is not None
    cannot_be = " is negative, which exports and imports cannot be"
    (problem,) = bench.problems(IN_SEEDS, break_sql, *seeds)
    assert problem.startswith(f"seeds/{in_seeds}")
    assert problem.endswith(cannot_be)
    problems = bench.problems(IN_PUBLIC, break_sql, *seeds)
    assert [problem for problem in problems if problem.startswith(in_public)], problems


@pytest.mark.parametrize(
    "seed", ["nsf07329_table_1", "nsf07329_table_3", "nsf07329_table_4", "census_merchandise_trade"]
)
def test_what_is_printed_can_be(bench: Bench, seed: str) -> None:
    assert bench.problems(IN_SEEDS, [], seed) == []
    assert bench.problems(IN_PUBLIC, [], seed) == []


def numbers(bench: Bench) -> dict[str, dict[str, str]]:
    """The number columns of each public relation that are not in its primary key, with their types."""
    found: dict[str, dict[str, str]] = {}
    rows = bench.connection.execute(
        f"""
        select concat(c.schema_name, '.', c.table_name), column_name, data_type from duckdb_columns() as c
        left join duckdb_constraints() as k
            on k.database_name = c.database_name and k.schema_name = c.schema_name and k.table_name = c.table_name
            and k.constraint_type = 'PRIMARY KEY'
        where c.database_name = 'atp_trade' and c.schema_name in {SCHEMAS}
            and not list_contains(coalesce(k.constraint_column_names, []), column_name)
        """
    ).fetchall()
    for relation, column, kind in rows:
        if kind.startswith(NUMBERS):
            found.setdefault(relation, {})[column] = kind
    return found


def with_value(columns: dict[str, dict[str, str]], value: str) -> list[str]:
    """Statements that put a value into every row of these columns."""
    return [
        f"update {relation} set {', '.join(f'{column} = {value}' for column in names)}"
        for relation, names in columns.items()
    ]


def named(bench: Bench, columns: dict[str, dict[str, str]]) -> set[str]:
    """Where the test should see each of these columns: as a column, or as each number that its rows name."""
    places = set()
    for relation, names in columns.items():
        # One that waits for a load has no number to break.
        if not bench.connection.execute(f"select 1 from {relation} limit 1").fetchone():
            continue
        by, named_in_row = NAMED_IN_ROW.get(relation, ("", []))
        for column in names:
            place = f"{relation}, column {column}"
            if column in named_in_row:
                rows = bench.connection.execute(f"select distinct {by} from {relation}").fetchall()
                places |= {f"{place} ({name})" for (name,) in rows}
            else:
                places.add(place)
    return places


def number_name(place: str) -> str:
    """The name in the brackets, or of the column."""
    return place.rstrip(")").replace("(", " ").split()[-1]


@pytest.mark.parametrize("value", ["'NaN'", "-'NaN'::double", "'Infinity'", "'-Infinity'"])
def test_no_double_of_any_public_relation_is_nan_or_infinite(bench: Bench, value: str) -> None:
    doubles = {
        relation: {column: kind for column, kind in names.items() if kind == "DOUBLE"}
        for relation, names in numbers(bench).items()
    }
    doubles = {relation: names for relation, names in doubles.items() if names}
    # What is printed is decimal.
    assert {relation.partition(".")[0] for relation in doubles} == {*SCHEMAS} - {"printed"}
    assert set(bench.problems(IN_PUBLIC, with_value(doubles, value))) == {
        f"{place}: NaN or infinity is no number to publish" for place in named(bench, doubles)
    }


def test_no_number_of_any_public_relation_is_negative_unless_its_name_says_so(bench: Bench) -> None:
    columns = numbers(bench)
    assert {relation.partition(".")[0] for relation in columns} == {*SCHEMAS}
    problems = bench.problems(IN_PUBLIC, with_value(columns, "-1"))
    places = named(bench, columns)
    assert {problem.partition(":")[0] for problem in problems} == {
        place for place in places if number_name(place) not in BELOW_ZERO
    }


@pytest.mark.parametrize(
    ("relation", "column", "value", "bound"),
    [
        ("marts.trade_by_partner", "exports_growth_pct", -100.1, "below -100"),
        ("marts.trade_by_partner", "exports_growth_pct", -100, None),
        ("marts.trade_by_region", "imports_cagr_since_base_pct", -101, "below -100"),
        ("marts.trade_by_partner", "export_share_pct", 100.1, "above 100"),
        ("marts.trade_by_partner", "import_share_of_region_pct", 100, None),
        ("marts.top_partners_by_technology", "share_pct", 100.1, "above 100"),
        ("page.headlines", "largest_market_share_pct", 100.1, "above 100"),
        ("audit.technology_partner_bounds", "upper_bound_pct", 100.1, "above 100"),
        ("marts.trade_totals", "export_partner_hhi", 10000.5, "above 10000"),
        ("page.concentration", "highest_hhi", 10000, None),
        ("marts.trade_concentration", "highest_hhi", 10000.5, "above 10000"),
        ("marts.trade_concentration", "cr3_pct", 100.1, "above 100"),
        ("marts.trade_totals", "export_partner_turnover_pp", 100.1, "above 100"),
        ("marts.trade_by_technology", "balance_contribution_pp", -30, None),
        ("marts.trade_totals", "normalized_balance", -1.01, "below -1"),
        ("marts.trade_totals", "normalized_balance", 1.01, "above 1"),
        ("marts.trade_by_partner", "export_rank", 0, "below 1"),
        ("page.rankings", "best_rank", 0, "below 1"),
        ("audit.claim_observations", "value_rank", 0, "below 1"),
        ("audit.summary", "items", 0, None),
        ("marts.trade_by_partner", "coverage_ratio", 1e6, None),
    ],
)
def test_a_number_keeps_within_the_bounds_of_its_name(
    bench: Bench, relation: str, column: str, value: float, bound: str | None
) -> None:
    problems = bench.problems(IN_PUBLIC, [f"update {relation} set {column} = {value}"])
    which = {"below": "least", "above": "most"}[bound.split()[0]] if bound else ""
    assert [problem.replace(".0 is", " is") for problem in problems] == (
        [f"{relation}, column {column}: {value} is {bound}, the {which} that it can be"] if bound else []
    )


def test_a_public_model_cannot_be_left_out(copy: Warehouse) -> None:
    (copy.project / "models" / "page" / "ratios.sql").write_text("select cast(1 as double) as coverage_ratio\n")
    outcome = copy.run("dbt", "--no-use-colors", "compile", "--select", IN_PUBLIC)
    assert outcome.returncode != 0
    assert (
        f"tests/dbt/public/{IN_PUBLIC}.sql leaves out the public model ratios: "
        "add the line -- depends_on: {{ ref('ratios') }}\n"
    ) in outcome.stdout
