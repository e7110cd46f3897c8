"""What a load of products brings into the marts: each number recomputed from the raw files, in whole dollars."""

import csv
import shutil
from collections import defaultdict
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Warehouse, copy_warehouse

# Exports of 2012 have no list and lack a month, imports of 2013 have two months.
YEARS = {"exports": [2010, 2011], "imports": [2010, 2011, 2012]}
MILLION = Decimal(1_000_000)
TOP = 10


@pytest.fixture(scope="module")
def lists(loaded_warehouse: Warehouse) -> dict[tuple[str, int], dict[str, str]]:
    """The area of each product, by flow and year."""
    found: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    files = str(loaded_warehouse.project / "data" / "census_lists" / "*" / "*" / "*.parquet")
    for flow, year, product, area in duckdb.sql(
        f"select flow, list_year::int, product_code, census_area_code from read_parquet({files!r})"
    ).fetchall():
        found[flow, year][product] = area
    return found


@pytest.fixture(scope="module")
def sums(loaded_warehouse: Warehouse) -> dict[tuple[str, int, str, str], int]:
    """Dollars by flow, year, product and country, of all that is loaded."""
    files = str(loaded_warehouse.project / "data" / "census_hs" / "*" / "*" / "*" / "*.parquet")
    rows = duckdb.sql(f"select flow, data_year, product_code, country_code, value_usd from read_parquet({files!r})")
    found: dict[tuple[str, int, str, str], int] = defaultdict(int)
    for flow, year, product, country, usd in rows.fetchall():
        found[flow, year, product, country] += usd
    return found


@pytest.fixture(scope="module")
def products(sums: dict[tuple[str, int, str, str], int]) -> dict[tuple[str, int, str], int]:
    """Dollars by flow, year and product, of all countries."""
    found: dict[tuple[str, int, str], int] = defaultdict(int)
    for (flow, year, product, _), usd in sums.items():
        found[flow, year, product] += usd
    return found


@pytest.fixture(scope="module")
def partners(loaded_warehouse: Warehouse) -> dict[str, str]:
    """The project's partner by its code."""
    return dict(
        loaded_warehouse.query(
            "select schedule_c_code, partner_id from marts.dim_partner where schedule_c_code is not null"
        )
    )


def test_products_are_those_of_the_list_of_their_year(
    loaded_warehouse: Warehouse,
    lists: dict[tuple[str, int], dict[str, str]],
    sums: dict[tuple[str, int, str, str], int],
    partners: dict[str, str],
) -> None:
    expected = {
        (flow, year, product, lists[flow, year][product], partners[country], usd / MILLION)
        for (flow, year, product, country), usd in sums.items()
        if year in YEARS[flow] and product in lists[flow, year]
    }
    assert expected == {
        *loaded_warehouse.query(
            "select flow, data_year, product_code, census_area_code, partner_id, value_usd_millions"
            " from marts.trade_by_product"
        )
    }
    assert loaded_warehouse.query("select distinct source_id, vintage from marts.trade_by_product") == [
        ("census_hs", "2013-02")
    ]


def test_quantities_count_if_the_unit_stays(loaded_warehouse: Warehouse) -> None:
    # By the last digit: the second product changes its unit in March, the third has no quantity.
    rows = loaded_warehouse.query(
        "select product_code[-1], count(*), count(quantity), min(quantity_unit), max(quantity_unit),"
        " max(abs(unit_value_usd - 1000000 * value_usd_millions / quantity)) from marts.trade_by_product"
        " group by all order by all"
    )
    assert [(row[0], row[2] == row[1], row[2] == 0, *row[3:5]) for row in rows] == [
        ("0", True, False, "NO", "NO"),
        ("1", False, True, None, None),
        ("2", False, True, None, None),
        ("3", True, False, "NO", "NO"),
    ]
    assert all(row[5] is None or row[5] < 1e-6 for row in rows)


def test_coverage_says_which_years_are_whole_and_listed(loaded_warehouse: Warehouse) -> None:
    assert loaded_warehouse.query(
        "select flow, data_year, months_loaded, has_list, is_shown from audit.product_coverage order by all"
    ) == [
        ("exports", 2010, 12, True, True),
        ("exports", 2011, 12, True, True),
        ("exports", 2012, 11, False, False),
        ("exports", 2013, 2, True, False),
        ("imports", 2010, 12, True, True),
        ("imports", 2011, 12, True, True),
        ("imports", 2012, 12, True, True),
        ("imports", 2013, 2, True, False),
    ]


def test_coverage_compares_the_products_with_the_total_that_ships(
    loaded_warehouse: Warehouse,
    lists: dict[tuple[str, int], dict[str, str]],
    sums: dict[tuple[str, int, str, str], int],
) -> None:
    totals: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    with (PROJECT / "seeds" / "census" / "census_atp_by_month.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            # These years are the same in every vintage.
            if row["vintage"] == "2023-01":
                for flow in YEARS:
                    totals[flow, int(row["data_year"])] += Decimal(row[f"{flow}_usd_millions"])
    listed: dict[tuple[str, int], int] = defaultdict(int)
    for (flow, year, product, _), usd in sums.items():
        if product in lists[flow, year]:
            listed[flow, year] += usd
    rows = loaded_warehouse.query(
        "select flow, data_year, listed_usd_millions, total_usd_millions, ratio_to_total from audit.product_coverage"
        " where is_shown"
    )
    assert {(flow, year) for flow, year, *_ in rows} == {(flow, year) for flow in YEARS for year in YEARS[flow]}
    for flow, year, of_list, total, ratio in rows:
        assert (of_list, total) == (listed[flow, year] / MILLION, totals[flow, year])
        assert abs(ratio - float(of_list / total)) < 1e-9


def test_the_largest_products(
    loaded_warehouse: Warehouse,
    lists: dict[tuple[str, int], dict[str, str]],
    sums: dict[tuple[str, int, str, str], int],
    partners: dict[str, str],
) -> None:
    scopes: dict[tuple[str, int, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (flow, year, product, country), usd in sums.items():
        if year in YEARS[flow] and product in lists[flow, year] and usd:
            for area in (lists[flow, year][product], "all"):
                for partner in (partners[country], "all"):
                    scopes[flow, year, area, partner][product] += usd
    expected = set()
    for scope, products in scopes.items():
        larger = 0
        for usd, alike in groupby(sorted(products, key=lambda each: -products[each]), key=products.__getitem__):
            if larger >= TOP:
                break
            same = [*alike]
            share = round(100 * usd / sum(products.values()), 9)
            expected |= {(*scope, product, larger + 1, usd / MILLION, share) for product in same}
            larger += len(same)
    assert expected == {
        *loaded_warehouse.query(
            "select flow, data_year, census_area_code, partner_id, product_code, product_rank, value_usd_millions,"
            " round(share_pct, 9) from marts.top_products"
        )
    }


def test_contributions_are_changes_of_the_balance(
    loaded_warehouse: Warehouse,
    lists: dict[tuple[str, int], dict[str, str]],
    products: dict[tuple[str, int, str], int],
) -> None:
    expected = set()
    for flow, years in YEARS.items():
        for year in years[1:]:
            before, now = lists[flow, year - 1], lists[flow, year]
            for product in {*before, *now}:
                old = products[flow, year - 1, product] if product in before else 0
                new = products[flow, year, product] if product in now else 0
                change = (
                    "added" if product not in before
                    else "dropped" if product not in now
                    else "kept" if before[product] == now[product]
                    else "moved"
                )  # fmt: skip
                contribution = (new - old) * (1 if flow == "exports" else -1)
                expected.add((flow, year, product, change, old / MILLION, new / MILLION, contribution / MILLION))
    assert {row[3] for row in expected} == {"added", "dropped", "kept", "moved"}
    assert expected == {
        *loaded_warehouse.query(
            "select flow, data_year, product_code, list_change, previous_value_usd_millions, value_usd_millions,"
            " balance_contribution_usd_millions from marts.product_contributions"
        )
    }
    # Price and quantity add up to the change, where there are quantities.
    ((rows, worst),) = loaded_warehouse.query(
        "select count(*), max(abs(price_effect_usd_millions + quantity_effect_usd_millions"
        " - (value_usd_millions - previous_value_usd_millions)::double)) from marts.product_contributions"
        " where price_effect_usd_millions is not null"
    )
    assert rows > 0 and worst < 1e-6


def test_the_balance_of_subheadings_is_that_of_their_products(
    loaded_warehouse: Warehouse,
    lists: dict[tuple[str, int], dict[str, str]],
    sums: dict[tuple[str, int, str, str], int],
) -> None:
    flows: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: {"exports": 0, "imports": 0})
    for (flow, year, product, _), usd in sums.items():
        if year in (2010, 2011) and product in lists[flow, year]:
            flows[year, product[:6]][flow] += usd
    assert {
        (*key, found["exports"] / MILLION, found["imports"] / MILLION, (found["exports"] - found["imports"]) / MILLION)
        for key, found in flows.items()
    } == {
        *loaded_warehouse.query(
            "select data_year, subheading_code, exports_usd_millions, imports_usd_millions, balance_usd_millions"
            " from marts.balance_by_subheading"
        )
    }


def test_what_a_list_did_is_told_from_what_trade_did(
    loaded_warehouse: Warehouse,
    lists: dict[tuple[str, int], dict[str, str]],
    products: dict[tuple[str, int, str], int],
) -> None:
    """Each list on the trade of each year: the sums of the areas by the same list are what trade did."""

    def total(flow: str, list_year: int, year: int, area: str) -> Decimal:
        listed = (product for product, of in lists[flow, list_year].items() if of == area)
        return sum((products[flow, year, product] for product in listed), 0) / MILLION

    rows = loaded_warehouse.query(
        "select flow, list_year, census_area_code, sum(list_change_usd_millions), sum(code_change_usd_millions),"
        " sum(trade_change_usd_millions), sum(value_usd_millions - previous_value_usd_millions)"
        " from audit.classification_changes where source_id is not null group by all"
    )
    assert {(flow, year) for flow, year, *_ in rows} == {("exports", 2011), ("imports", 2011), ("imports", 2012)}
    for flow, year, area, by_list, by_code, by_trade, change in rows:
        old, between, new = (
            total(flow, of_list, of_trade, area)
            for of_list, of_trade in ((year - 1, year - 1), (year, year - 1), (year, year))
        )
        assert by_list + by_code + by_trade == change == new - old
        # Only area 01 has codes without trade when no list has them.
        if area != "01":
            assert (by_code, by_list, by_trade) == (0, between - old, new - between)
        else:
            assert by_code != 0


def test_products_that_do_not_add_up_are_named(loaded_warehouse: Warehouse, tmp_path: Path) -> None:
    """A dollar too much in a month, area and partner makes the build red, and is named."""
    broken = copy_warehouse(loaded_warehouse, tmp_path)
    shutil.copytree(loaded_warehouse.project / "data", broken.project / "data")
    (month,) = (broken.project / "data" / "census_hs" / "imports" / "2011" / "2011-05").glob("*.parquet")
    listed = str(broken.project / "data" / "census_lists" / "imports" / "2011" / "*.parquet")
    ((product,),) = duckdb.sql(
        f"select min(product_code) from read_parquet({listed!r}) where census_area_code = '08'"
    ).fetchall()
    with duckdb.connect() as connection:
        connection.execute(
            "create table changed as select * replace (value_usd + case when product_code = ? and country_code = '5700'"
            " then 1 else 0 end as value_usd) from read_parquet(?)",
            [product, str(month)],
        )
        connection.execute("copy changed to ? (format parquet)", [str(month)])
    # Where the build had them, for which alone what dbt has read counts.
    side_file = broken.target.parent / broken.database.name
    broken.database.rename(side_file)
    broken.target.rename(broken.project / "target")
    selected = ["product_sums", "products_add_up_to_months"]
    place = str(side_file.relative_to(broken.project))
    outcome = broken.run("dbt", "--quiet", "build", "--select", *selected, ATP_TRADE_DB=place)
    assert outcome.returncode == 1, outcome.stdout
    ((problem,),) = duckdb.connect(str(side_file)).sql(compiled(broken)).fetchall()
    assert problem.startswith("imports of 2011-05, area 08, partner CHN: the products add up to ")


def compiled(project: Warehouse) -> str:
    """The test's query, as dbt has compiled it."""
    (file,) = (project.project / "target" / "compiled").rglob("products_add_up_to_months.sql")
    return file.read_text()
