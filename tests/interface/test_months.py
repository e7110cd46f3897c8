"""Windows, revisions and product lists, worked out again from the seeds by plain sums."""

import csv
from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pytest
from conftest import PROJECT, Warehouse

Month = tuple[int, int]
Flows = tuple[Decimal, Decimal]
VINTAGES = ("2023-01", "2024-06", "2024-12")


def published() -> dict[str, dict[Month, Flows]]:
    """Exports and imports of each month, by the vintage that published them."""
    found: dict[str, dict[Month, Flows]] = {}
    with (PROJECT / "seeds" / "census" / "census_atp_by_month.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            amounts = (Decimal(row["exports_usd_millions"]), Decimal(row["imports_usd_millions"]))
            found.setdefault(row["vintage"], {})[int(row["data_year"]), int(row["data_month"])] = amounts
    return found


def known(vintage: str) -> dict[Month, Flows]:
    """Each month as it was known in a vintage."""
    months: dict[Month, Flows] = {}
    for each, of_vintage in sorted(published().items()):
        if each <= vintage:
            months |= of_vintage
    return months


def months_of(window_type: str, year: int, month: int) -> list[Month]:
    if window_type == "month":
        return [(year, month)]
    if window_type == "twelve_months":
        last = 12 * year + month - 1
        return [(number // 12, number % 12 + 1) for number in range(last - 11, last + 1)]
    return [(year, each) for each in range(1, (12 if window_type == "year" else month) + 1)]


def total(months: dict[Month, Flows], wanted: list[Month]) -> Flows | None:
    if not all(month in months for month in wanted):
        return None
    exports, imports = zip(*(months[month] for month in wanted), strict=True)
    return sum(exports), sum(imports)


@pytest.mark.parametrize("vintage", VINTAGES)
def test_a_state_has_every_month_as_it_was_known_then(warehouse: Warehouse, vintage: str) -> None:
    rows = warehouse.query(
        f"""
        select data_year, data_month, exports_usd_millions, imports_usd_millions
        from core.trade_months where source_id = 'census_country' and vintage = '{vintage}'
        """
    )
    assert {(year, month): flows for year, month, *flows in rows} == {
        month: [*flows] for month, flows in known(vintage).items()
    }


@pytest.mark.parametrize("window_type", ["month", "year_to_date", "twelve_months", "year"])
def test_a_window_is_the_sum_of_its_months(warehouse: Warehouse, window_type: str) -> None:
    rows = warehouse.query(
        f"""
        select
            data_year, data_month, exports_usd_millions, imports_usd_millions, balance_usd_millions, is_complete,
            balance_year_before_usd_millions, exports_growth_pct, deficit_rank, is_record_deficit
        from marts.trade_windows where window_type = '{window_type}' order by data_year, data_month
        """
    )
    months = known("2024-12")
    assert len(rows) == (36 if window_type == "year" else 432)
    balances: list[tuple[int, Decimal]] = []
    for year, month, exports, imports, balance, is_complete, before, growth, _, is_record in rows:
        flows = total(months, months_of(window_type, year, month))
        flows_before = total(months, months_of(window_type, year - 1, month))
        assert is_complete == (flows is not None)
        assert (exports, imports) == (flows or (None, None))
        assert balance == (flows and flows[0] - flows[1])
        assert before == (flows_before and flows_before[0] - flows_before[1])
        assert growth == (
            pytest.approx(float(100 * (flows[0] / flows_before[0] - 1)), abs=1e-9) if flows_before else None
        )
        if flows:
            # Years to date are compared with those to the same month.
            like = month if window_type == "year_to_date" else 0
            earlier = [other for kind, other in balances if kind == like]
            assert is_record == (balance < min(0, *earlier) if earlier else None)
            balances.append((like, balance))
    for year, month, _, _, balance, is_complete, *_, rank, _ in rows:
        like = month if window_type == "year_to_date" else 0
        deeper = sum(kind == like and other < balance for kind, other in balances) if is_complete else 0
        assert rank == (deeper + 1 if is_complete and balance < 0 else None), (year, month)


def test_what_the_months_say_of_2024(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select data_year, round(balance_usd_millions, 1), deficit_rank, is_record_deficit, newest_value_vintage
        from marts.trade_windows where window_type = 'year' and data_year in (2006, 2024) order by data_year
        """
    ) == [(2006, Decimal("-43689.0"), 19, True, "2024-06"), (2024, Decimal("-298948.2"), 1, True, "2024-12")]
    # The one month in which the balance of twelve months changed its sign.
    assert warehouse.query(
        """
        select data_year, data_month, balance_sign from marts.trade_windows
        where window_type = 'twelve_months' and is_turning_point
        """
    ) == [(2002, 2, -1)]


def test_no_window_is_compared_across_the_break_of_2010(warehouse: Warehouse) -> None:
    found = warehouse.query(
        """
        select window_type, min(window_end)::varchar, max(window_end)::varchar from marts.trade_windows
        where balance_change_usd_millions is not null and not is_comparable_with_year_before group by all order by all
        """
    )
    assert found == [
        ("month", "2010-01-31", "2010-12-31"),
        ("twelve_months", "2010-01-31", "2011-11-30"),
        ("year", "2010-12-31", "2010-12-31"),
        ("year_to_date", "2010-01-31", "2010-12-31"),
    ]


def test_revisions_are_what_two_states_differ_in(warehouse: Warehouse) -> None:
    rows = warehouse.query(
        """
        select
            vintage, data_year, data_month, is_revised, exports_revision_usd_millions, imports_revision_usd_millions
        from marts.trade_revisions
        """
    )
    expected = set()
    for earlier, later in pairwise(VINTAGES):
        before = known(earlier)
        for month, flows in published()[later].items():
            if month in before:
                revisions = tuple(new - old for new, old in zip(flows, before[month], strict=True))
                expected.add((later, *month, any(revisions), *revisions))
    assert {*rows} == expected
    assert Counter(vintage for vintage, _, _, is_revised, *_ in rows if is_revised) == {"2024-06": 37}
    assert min((year, month) for _, year, month, is_revised, *_ in rows if is_revised) == (2020, 1)


def test_lists_of_products_change_as_a_comparison_of_the_files_says(warehouse: Warehouse) -> None:
    lists: dict[tuple[str, int], dict[str, str]] = {}
    with (PROJECT / "seeds" / "census" / "census_atp_products.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            products = lists.setdefault((row["flow"], int(row["list_year"])), {})
            products[row["product_code"]] = row["census_area_code"]
    found = warehouse.query(
        """
        select flow, list_year, previous_list_year, list_change, count(*) from marts.product_list_changes group by all
        """
    )
    expected = []
    for (flow, year), products in lists.items():
        years_before = [each for other, each in lists if other == flow and each < year]
        if years_before:
            before = lists[flow, max(years_before)]
            stayed = {*products} & {*before}
            counts = {
                "added": len({*products} - {*before}),
                "dropped": len({*before} - {*products}),
                "kept": len(stayed),
            }
            assert all(products[code] == before[code] for code in stayed)
            expected += [(flow, year, max(years_before), change, count) for change, count in counts.items() if count]
    assert sorted(found) == sorted(expected)
    assert ("imports", 2022, 2021, "added", 163) in found and ("imports", 2022, 2021, "dropped", 75) in found


def test_every_code_of_a_list_has_its_ten_digits(warehouse: Warehouse) -> None:
    assert warehouse.query(
        "select count(*), min(length(product_code)), max(length(product_code)), min(length(census_area_code)) "
        "from marts.product_lists"
    ) == [(4302, 10, 10, 2)]
