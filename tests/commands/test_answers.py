"""What the worked questions answer: each against a calculation from the seeds, written apart from their SQL."""

import csv
import re
from decimal import Decimal
from itertools import pairwise

import pytest
from conftest import PROJECT, Warehouse

SEEDS = PROJECT / "seeds"
FIRST, LAST = 2000, 2006
GROUPS = ("Total", "NAFTA partners", "Asia, selected", "Europe, selected", "Latin America, selected", "Other, selected")


def answer(warehouse: Warehouse, question: str) -> list[dict]:
    """The rows of a question's answer."""
    outcome = warehouse.run("atp", "ask", question, "--format", "csv")
    assert outcome.returncode == 0, outcome.stdout
    return list(csv.DictReader(outcome.stdout.splitlines()))


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def partners() -> dict[str, dict[int, tuple[Decimal, Decimal]]]:
    """Exports and imports of each printed partner by year, by its label (Tables 3 and 4)."""
    exports, imports = (
        {row["country_or_economy"]: row for row in seed(f"nsf07329/nsf07329_table_{table}")} for table in (3, 4)
    )
    return {
        label: {
            year: (Decimal(exports[label][f"y{year}"]), Decimal(imports[label][f"y{year}"]))
            for year in range(FIRST, LAST + 1)
        }
        for label in exports
    }


@pytest.fixture(scope="module")
def areas() -> dict[str, dict[int, tuple[Decimal, Decimal]]]:
    """Exports and imports of each printed area by year, by its name (Table 1)."""
    names = {row["report_label"]: row["technology_name"] for row in seed("reference/technologies")}
    flows: dict[str, dict[str, dict[str, str]]] = {}
    for row in seed("nsf07329/nsf07329_table_1"):
        flows.setdefault(row["block"].lower(), {})[row["category"]] = row
    return {
        names[label]: {
            year: (Decimal(flows["exports"][label][f"y{year}"]), Decimal(flows["imports"][label][f"y{year}"]))
            for year in range(FIRST, LAST + 1)
        }
        for label in flows["exports"]
    }


def balance(pair: tuple[Decimal, Decimal]) -> Decimal:
    return pair[0] - pair[1]


def test_all_who_account_for_the_change_are_shown(warehouse: Warehouse, partners: dict, areas: dict) -> None:
    rows = answer(warehouse, "who_accounts_for_the_change")
    names = {row["report_label"]: row["partner_name"] for row in seed("reference/partners")}
    expected = {
        "partner": {names[label]: years for label, years in partners.items() if label in names},
        "technology": {name: years for name, years in areas.items() if name != "All technologies"},
    }
    for breakdown, members in expected.items():
        changes = {name: balance(years[LAST]) - balance(years[FIRST]) for name, years in members.items()}
        gross = sum(map(abs, changes.values()))
        found = [row for row in rows if row["breakdown"] == breakdown]
        assert {row["member_name"]: Decimal(row["balance_change_usd_millions"]) for row in found} == changes
        for row in found:
            share = 100 * changes[row["member_name"]] / gross
            assert abs(Decimal(row["share_of_gross_change_pct"]) - share) <= Decimal("0.0501")
            assert (int(row["first_year"]), int(row["last_year"])) == (FIRST, LAST)
            years = members[row["member_name"]]
            since = balance(years[LAST]) - balance(years[FIRST + 1])
            assert Decimal(row["change_since_second_year_usd_millions"]) == since
            assert int(row["second_year"]) == FIRST + 1
        ordered = [Decimal(row["balance_change_usd_millions"]) for row in found]
        assert ordered == sorted(ordered)
        assert ordered[0] < 0 < ordered[-1]
    assert [row["member_name"] for row in rows if row["is_residual"] == "true"] == ["All other countries"]


def test_the_balance_excluding_members_is_the_total_less_theirs(
    warehouse: Warehouse, partners: dict, areas: dict
) -> None:
    total = areas["All technologies"]
    china = {int(row["data_year"]): row for row in answer(warehouse, "balance_excluding_china")}
    hubs = {int(row["data_year"]): row for row in answer(warehouse, "balance_excluding_hubs")}
    assert [*china] == [*hubs] == [*range(FIRST, LAST + 1)]
    for year in china:
        whole = balance(total[year])
        without = whole - balance(partners["China"][year])
        assert Decimal(china[year]["balance_excluding_china_usd_millions"]) == without
        without = whole - balance(partners["Asia, selected"][year])
        assert Decimal(china[year]["balance_excluding_asia_usd_millions"]) == without
        three = sum(balance(partners[label][year]) for label in ("Netherlands", "Belgium", "Singapore"))
        assert Decimal(hubs[year]["hubs_balance_usd_millions"]) == three
        assert Decimal(hubs[year]["balance_excluding_hubs_usd_millions"]) == whole - three
        rest = balance(partners["All other countries"][year])
        assert Decimal(hubs[year]["residual_balance_usd_millions"]) == rest
        assert Decimal(hubs[year]["balance_excluding_residual_usd_millions"]) == whole - rest
    assert hubs[LAST]["residual_balance_usd_millions"] == "18852.4"


def test_the_change_of_each_area_is_that_of_its_exports_less_that_of_its_imports(
    warehouse: Warehouse, areas: dict
) -> None:
    rows = answer(warehouse, "balance_changes_by_area")
    assert len(rows) == 11
    for row in rows:
        (exports_before, imports_before), (exports, imports) = (areas[row["technology_name"]][y] for y in (FIRST, LAST))
        assert Decimal(row["exports_change_usd_millions"]) == exports - exports_before
        assert Decimal(row["imports_change_usd_millions"]) == imports - imports_before
        assert Decimal(row["balance_change_usd_millions"]) == exports - exports_before - imports + imports_before


def test_the_part_of_goods_trade_is_that_of_the_series(warehouse: Warehouse) -> None:
    rows = {int(row["data_year"]): row for row in answer(warehouse, "atp_in_goods_trade")}
    series = seed("census/census_merchandise_trade")
    assert [*rows] == [int(row["data_year"]) for row in series]
    for row in series:
        found = rows[int(row["data_year"])]
        for flow in ("exports", "imports"):
            share = 100 * Decimal(row[f"atp_{flow}_usd_millions"]) / Decimal(row[f"goods_{flow}_usd_millions"])
            assert abs(Decimal(found[f"{flow[:-1]}_share_of_goods_pct"]) - share) <= Decimal("0.0501")
    expected = {1990: ("24.1", "12.0"), 2000: ("29.1", "18.2"), 2006: ("24.1", "15.7")}
    for year, shares in expected.items():
        assert (rows[year]["export_share_of_goods_pct"], rows[year]["import_share_of_goods_pct"]) == shares


def test_contributions_to_the_balance_follow_lafay_and_add_up_to_nothing(warehouse: Warehouse, areas: dict) -> None:
    rows = {row["technology_name"]: row for row in answer(warehouse, "contribution_to_the_balance")}
    members = {name: years for name, years in areas.items() if name != "All technologies"}
    assert {*rows} == {*members}
    for year, column in ((FIRST, "contribution_first_year_pp"), (LAST, "contribution_last_year_pp")):
        whole = [sum(years[year][flow] for years in members.values()) for flow in (0, 1)]
        of_all = (whole[0] - whole[1]) / sum(whole)
        total = Decimal(0)
        for name, years in members.items():
            exports, imports = years[year]
            own = 100 * ((exports - imports) / (exports + imports) - of_all) * (exports + imports) / sum(whole)
            total += own
            assert abs(Decimal(rows[name][column]) - own) <= Decimal("0.0501")
        assert abs(total) < Decimal("1e-20")
    expected = {"Aerospace": "11.3", "Electronics": "5.7", "Information and communications": "-14.2"}
    assert {name: rows[name]["contribution_last_year_pp"] for name in expected} == expected


def test_concentration_is_an_interval_where_a_row_is_a_group(warehouse: Warehouse, partners: dict) -> None:
    rows = {(int(row["data_year"]), row["flow"]): row for row in answer(warehouse, "concentration")}
    assert len(rows) == 2 * (LAST - FIRST + 1)
    members = {label: years for label, years in partners.items() if label not in GROUPS}
    for (year, name), row in rows.items():
        flow = ("exports", "imports").index(name)
        whole = partners["Total"][year][flow]
        shares = {label: 100 * years[year][flow] / whole for label, years in members.items()}
        rest = shares.pop("All other countries")
        least = sum(share**2 for share in shares.values())
        for column, value in {
            "lowest_hhi": least,
            "highest_hhi": least + rest**2,
            "most_equal_partners": 10_000 / least,
            "fewest_equal_partners": 10_000 / (least + rest**2),
            "all_other_countries_pct": rest,
            "three_largest_pct": sum(sorted(shares.values())[-3:]),
        }.items():
            assert abs(Decimal(row[column]) - value) <= Decimal("0.0501"), column
    expected = {
        (2000, "exports"): ("547.1", "567.8"),
        (2006, "exports"): ("487.2", "551.5"),
        (2000, "imports"): ("786.0", "786.4"),
        (2006, "imports"): ("1062.3", "1062.6"),
    }
    for key, bounds in expected.items():
        assert (rows[key]["lowest_hhi"], rows[key]["highest_hhi"]) == bounds


def test_rankings_mark_the_residual_and_have_their_years_from_the_data(warehouse: Warehouse) -> None:
    customers = answer(warehouse, "largest_customers")
    assert [row["export_rank"] for row in customers] == [*map(str, range(1, 11)), ""]
    assert [row["is_residual"] for row in customers] == ["false"] * 10 + ["true"]
    assert {(row["data_year"], row["first_year"]) for row in customers} == {("2006", "2000")}
    regions = answer(warehouse, "balance_by_region")
    assert [row["region_name"] for row in regions if row["is_residual"] == "true"] == ["Rest of the world"]
    suppliers = answer(warehouse, "three_largest_suppliers_by_area")
    assert len(suppliers) == 12
    assert min(Decimal(row["three_suppliers_share_pct"]) for row in suppliers) < 50


@pytest.fixture(scope="module")
def states() -> dict[str, dict[tuple[int, int], tuple[Decimal, Decimal]]]:
    """Exports and imports of each month as each vintage of the Census Bureau's months knew them."""
    found: dict[str, dict[tuple[int, int], tuple[Decimal, Decimal]]] = {}
    known: dict[tuple[int, int], tuple[Decimal, Decimal]] = {}
    for row in sorted(seed("census/census_atp_by_month"), key=lambda row: row["vintage"]):
        month = (int(row["data_year"]), int(row["data_month"]))
        known[month] = (Decimal(row["exports_usd_millions"]), Decimal(row["imports_usd_millions"]))
        found[row["vintage"]] = {**known}
    return found


def test_the_balance_of_twelve_months_turned_once(warehouse: Warehouse, states: dict) -> None:
    balances = [balance(pair) for _, pair in sorted(states[max(states)].items())]
    sums = [sum(balances[place : place + 12]) for place in range(len(balances) - 11)]
    (turn,) = [place for place in range(1, len(sums)) if (sums[place] > 0) != (sums[place - 1] > 0)]
    (row,) = answer(warehouse, "turning_points")
    assert Decimal(row["balance_usd_millions"]) == sums[turn]
    assert (row["window_end"], row["turn"]) == ("2002-02-28", "to deficit")
    assert sorted(states[max(states)])[turn + 11] == (2002, 2)


def test_record_deficits_are_larger_than_every_one_before(warehouse: Warehouse, states: dict) -> None:
    balances: dict[int, Decimal] = {}
    for (year, _), pair in states[max(states)].items():
        balances[year] = balances.get(year, Decimal(0)) + balance(pair)
    records = [year for year, one in balances.items() if one < min([0, *(balances[y] for y in balances if y < year)])]
    rows = {int(row["data_year"]): row for row in answer(warehouse, "record_deficits")}
    assert [*rows] == records
    for year, row in rows.items():
        assert Decimal(row["balance_usd_millions"]) == balances[year]
        assert Decimal(row["balance_change_usd_millions"]) == balances[year] - balances[year - 1]
        assert int(row["deficit_rank"]) == 1 + sum(one < balances[year] for one in balances.values())
    # Since 2010 low-value shipments are counted in another way.
    assert [year for year, row in rows.items() if row["is_comparable_with_year_before"] == "false"] == [2010]


def test_revisions_are_counted_and_the_largest_is_shown(warehouse: Warehouse, states: dict) -> None:
    of_vintage: dict[str, list[tuple[int, int]]] = {}
    for row in seed("census/census_atp_by_month"):
        of_vintage.setdefault(row["vintage"], []).append((int(row["data_year"]), int(row["data_month"])))
    rows = {row["vintage"]: row for row in answer(warehouse, "revisions")}
    assert [*rows] == sorted(states)[1:]
    for before, vintage in pairwise(sorted(states)):
        row = rows[vintage]
        again = [month for month in of_vintage[vintage] if month in states[before]]
        exports, imports = (
            [states[vintage][month][flow] - states[before][month][flow] for month in again] for flow in (0, 1)
        )
        assert (row["previous_vintage"], int(row["months_published_again"])) == (before, len(again))
        assert int(row["months_revised"]) == sum(any(pair) for pair in zip(exports, imports, strict=True))
        assert Decimal(row["largest_exports_revision_usd_millions"]) == max(map(abs, exports))
        assert Decimal(row["largest_imports_revision_usd_millions"]) == max(map(abs, imports))
        assert Decimal(row["balance_revision_usd_millions"]) == sum(exports) - sum(imports)
    assert rows["2024-06"]["months_revised"] == "37"


def test_lists_of_products_are_counted_and_compared_with_the_one_before(warehouse: Warehouse) -> None:
    lists: dict[tuple[str, int], set[str]] = {}
    for row in seed("census/census_atp_products"):
        lists.setdefault((row["flow"], int(row["list_year"])), set()).add(row["product_code"])
    rows = {(row["flow"], int(row["list_year"])): row for row in answer(warehouse, "products_by_list")}
    assert {*rows} == {*lists}
    for (flow, year), row in rows.items():
        products = lists[flow, year]
        assert int(row["products"]) == len(products)
        if earlier := [each for other, each in lists if other == flow and each < year]:
            before = lists[flow, max(earlier)]
            counts = (max(earlier), len(products - before), len(before - products), 0)
            assert tuple(int(row[name]) for name in ("previous_list_year", "added", "dropped", "moved")) == counts
        else:
            assert {row[name] for name in ("previous_list_year", "added", "dropped", "moved")} == {""}


def test_no_question_has_a_year_in_its_query(warehouse: Warehouse) -> None:
    """They ask the data for the first and the last year, so that they hold when the data go on."""
    for name, sql in warehouse.query("select question_name, sql from meta.questions where topic = 'trade'"):
        query = "\n".join(line for line in sql.splitlines() if not line.strip().startswith("--"))
        assert not re.findall(r"\b(?:19|20)\d\d\b", query), name
