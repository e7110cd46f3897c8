"""The measures of the field, calculated again from the seeds by plain arithmetic, and what they are known to be."""

import csv
import math
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise

import pytest
from conftest import PROJECT, Warehouse

YEARS = range(2000, 2007)
FLOWS = ("exports", "imports")
BREAKDOWNS = ("partner", "technology", "region")
RESIDUALS = {"OTHER", "rest_of_world"}
# Columns of `trade_totals` that said nothing of a total.
GONE = (
    *("export_share_pct", "import_share_pct", "export_rank", "import_rank", "balance_rank", "export_rank_change"),
    *("import_rank_change", "balance_rank_change", "exports_growth_contribution_pp", "imports_growth_contribution_pp"),
)

Amounts = dict[int, dict[str, Fraction]]


def seed(path: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_year(row: dict[str, str]) -> dict[int, Fraction]:
    return {year: Fraction(row[f"y{year}"]) for year in YEARS}


@cache
def totals() -> dict[str, dict[int, Fraction]]:
    """The total of Table 1, by flow and year."""
    rows = seed("nsf07329/nsf07329_table_1.csv")
    return {
        flow: next(
            by_year(row) for row in rows if row["block"].lower() == flow and row["category"] == "All technologies"
        )
        for flow in FLOWS
    }


@cache
def amounts(breakdown: str, flow: str) -> Amounts:
    """What the tables print of each member, by year; "All other countries" is a partner and a group."""
    if breakdown == "technology":
        ids = {row["report_label"]: row["technology_id"] for row in seed("reference/technologies.csv")}
        rows = [
            (row["category"], row)
            for row in seed("nsf07329/nsf07329_table_1.csv")
            if row["block"].lower() == flow and row["category"] != "All technologies"
        ]
    else:
        table = {"exports": 3, "imports": 4}[flow]
        ids = {row["report_label"]: row[f"{breakdown}_id"] for row in seed(f"reference/{breakdown}s.csv")}
        rows = [
            (row["country_or_economy"], row)
            for row in seed(f"nsf07329/nsf07329_table_{table}.csv")
            if row["country_or_economy"] in ids and row["country_or_economy"] != "Total"
        ]
    found: Amounts = defaultdict(dict)
    for label, row in rows:
        for year, amount in by_year(row).items():
            found[year][ids[label]] = amount
    assert {len(members) for members in found.values()} == {{"technology": 11, "partner": 45, "region": 6}[breakdown]}
    return found


def balances(breakdown: str, year: int) -> dict[str, Fraction]:
    exports, imports = (amounts(breakdown, flow)[year] for flow in FLOWS)
    return {member: exports[member] - imports[member] for member in exports}


def total_balance(year: int) -> Fraction:
    return totals()["exports"][year] - totals()["imports"][year]


def total_trade(year: int) -> Fraction:
    return totals()["exports"][year] + totals()["imports"][year]


def same(said: object, expected: Fraction | float | None) -> bool:
    if said is None or expected is None:
        return said is None and expected is None
    return math.isclose(float(said), float(expected), rel_tol=1e-9, abs_tol=1e-9)


def named(warehouse: Warehouse, columns: str, rest: str) -> list[dict]:
    names = [name.strip() for name in columns.split(",")]
    return [dict(zip(names, row, strict=True)) for row in warehouse.query(f"select {columns} from {rest}")]


def concentration(shares: list[Fraction], residual: Fraction) -> dict[str, Fraction | int | None]:
    """The index of shares of 1 beside a residual that may be many members or one."""
    lowest = sum(share * share for share in shares)
    highest = lowest + residual * residual
    largest = sorted(shares, reverse=True)
    return {
        "members": len(shares),
        "residual_share_pct": 100 * residual,
        "lowest_hhi": 10_000 * lowest,
        "highest_hhi": 10_000 * highest,
        "named_members_hhi": 10_000 * lowest / (1 - residual) ** 2,
        "fewest_equal_members": 1 / highest,
        "most_equal_members": 1 / lowest,
        **{f"cr{number}_pct": 100 * sum(largest[:number]) for number in (1, 3, 5)},
    }


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("breakdown", ["partner", "technology"])
def test_concentration_is_an_interval(warehouse: Warehouse, breakdown: str, flow: str) -> None:
    for year in YEARS:
        shares = {member: amount / totals()[flow][year] for member, amount in amounts(breakdown, flow)[year].items()}
        residual = shares.pop("OTHER", Fraction(0))
        expected = concentration([*shares.values()], residual)
        (found,) = named(
            warehouse,
            ", ".join(expected),
            f"marts.trade_concentration where breakdown = '{breakdown}' and flow = '{flow}' and data_year = {year}",
        )
        assert [name for name in expected if not same(found[name], expected[name])] == [], (year, found)


@pytest.mark.parametrize("flow", FLOWS)
def test_concentration_within_an_area_follows_from_the_figure(warehouse: Warehouse, flow: str) -> None:
    areas = {row["report_label"]: row["technology_id"] for row in seed("reference/technologies.csv")}
    partners = defaultdict(list)
    for row in seed("reference/figure_partner_labels.csv"):
        partners[row["figure_label"]].append(row["partner_id"])
    checked = 0
    for row in seed(f"nsf07329/nsf07329_figure_{ {'exports': 3, 'imports': 4}[flow] }.csv"):
        if areas[row["category"]] == "all":
            continue
        shares = [Fraction(row[f"share_{place}_pct"]) for place in (1, 2, 3) for _ in partners[row[f"partner_{place}"]]]
        lowest = sum(share * share for share in shares)
        highest = lowest + (100 - sum(shares)) * min(shares)
        found = warehouse.query(
            f"""
            select
                members, residual_share_pct, lowest_hhi, highest_hhi, named_members_hhi, fewest_equal_members,
                most_equal_members, cr1_pct, cr3_pct, cr5_pct
            from marts.trade_concentration
            where breakdown = 'technology_partner' and flow = '{flow}' and technology_id = '{areas[row["category"]]}'
            """
        )
        expected = (
            *(len(shares), 100 - sum(shares), lowest, highest, None, 10_000 / highest, 10_000 / lowest),
            *(shares[0], sum(shares[:3]), None),
        )
        assert len(found) == 1
        assert all(map(same, found[0], expected)), (row["category"], found, expected)
        checked += 1
    assert checked == 11


def test_the_lower_bounds_are_the_indices_of_the_totals(warehouse: Warehouse) -> None:
    for breakdown in ("partner", "technology"):
        for flow in FLOWS:
            assert warehouse.query(
                f"""
                select count(*)
                from marts.trade_totals inner join marts.trade_concentration using (source_id, data_year)
                where breakdown = '{breakdown}' and flow = '{flow}' and lowest_hhi = {flow[:-1]}_{breakdown}_hhi
                """
            ) == [(7,)]


@pytest.mark.parametrize(
    ("flow", "breakdown", "area", "year", "lowest", "highest"),
    [
        ("exports", "partner", "all", 2000, "547.1", "567.8"),
        ("exports", "partner", "all", 2006, "487.2", "551.5"),
        ("imports", "partner", "all", 2000, "786.0", "786.4"),
        ("imports", "partner", "all", 2006, "1062.3", "1062.6"),
        ("exports", "technology", "all", 2006, "2281.0", "2281.0"),
        ("imports", "technology", "all", 2006, "3406.5", "3406.5"),
        ("imports", "technology_partner", "optoelectronics", 2006, "3259.7", "3385.5"),
        ("imports", "technology_partner", "electronics", 2006, "502.3", "1170.8"),
    ],
)
def test_known_intervals(
    warehouse: Warehouse, flow: str, breakdown: str, area: str, year: int, lowest: str, highest: str
) -> None:
    assert warehouse.query(
        f"""
        select lowest_hhi::decimal(9, 1), highest_hhi::decimal(9, 1) from marts.trade_concentration
        where flow = '{flow}' and breakdown = '{breakdown}' and technology_id = '{area}' and data_year = {year}
        """
    ) == [(Decimal(lowest), Decimal(highest))]


@pytest.mark.parametrize("breakdown", BREAKDOWNS)
def test_a_change_of_the_balance_is_told_for_every_two_years_and_member(warehouse: Warehouse, breakdown: str) -> None:
    columns = (
        "first_year, last_year, member_id, is_residual, exports_change_usd_millions, imports_change_usd_millions, "
        "balance_change_usd_millions, total_balance_change_usd_millions, share_of_gross_change_pct, "
        "balance_change_to_trade_pct, exports_cagr_pct, imports_cagr_pct, is_comparable_with_first_year"
    )
    rows = named(warehouse, columns, f"marts.balance_changes where breakdown = '{breakdown}'")
    found = {(row["first_year"], row["last_year"], row["member_id"]): row for row in rows}
    assert len(found) == len(rows)
    for first, last in combinations(YEARS, 2):
        before, after = balances(breakdown, first), balances(breakdown, last)
        changes = {member: after[member] - before[member] for member in before}
        gross = sum(abs(change) for change in changes.values())
        for member, change in changes.items():
            row = found.pop((first, last, member))
            expected = {
                **{
                    f"{flow}_change_usd_millions": amounts(breakdown, flow)[last][member]
                    - amounts(breakdown, flow)[first][member]
                    for flow in FLOWS
                },
                "balance_change_usd_millions": change,
                "total_balance_change_usd_millions": total_balance(last) - total_balance(first),
                "share_of_gross_change_pct": 100 * change / gross,
                "balance_change_to_trade_pct": 100 * change / total_trade(first),
                **{
                    f"{flow}_cagr_pct": growth_a_year(
                        amounts(breakdown, flow)[first][member], amounts(breakdown, flow)[last][member], last - first
                    )
                    for flow in FLOWS
                },
                # The jump of computer software is the only break in these years.
                "is_comparable_with_first_year": not (member == "computer_software" and first < 2002 <= last),
            }
            assert [name for name in expected if not same(row[name], expected[name])] == [], (row, expected)
            assert row["is_residual"] == (member in RESIDUALS)
    assert not found


def growth_a_year(before: Fraction, after: Fraction, years: int) -> float | None:
    return 100 * (float(after / before) ** (1 / years) - 1) if before else None


@pytest.mark.parametrize(("first_year", "report", "later"), [(2000, 6.8, 4.6), (2001, 8.3, 8.3)])
def test_growth_of_imports_differs_between_sources_from_2000_but_not_from_2001(
    warehouse: Warehouse, first_year: int, report: float, later: float
) -> None:
    ends = warehouse.query(
        f"""
        select source_id, imports_usd_millions from marts.merchandise_trade
        where product_type = 'advanced_technology_products' and data_year in ({first_year}, 2006)
        order by source_id desc, data_year
        """
    )
    before, after, later_before, later_after = (Fraction(amount) for _, amount in ends)
    assert round(growth_a_year(before, after, 2006 - first_year), 1) == report
    assert round(growth_a_year(later_before, later_after, 2006 - first_year), 1) == later
    assert warehouse.query(
        "select round(imports_cagr_pct, 1) from marts.balance_changes "
        f"where breakdown = 'total' and first_year = {first_year} and last_year = 2006"
    ) == [(report,)]


def test_the_parts_of_a_change_add_up(warehouse: Warehouse) -> None:
    groups = warehouse.query(
        """
        select
            abs(sum(balance_change_usd_millions) - any_value(total_balance_change_usd_millions)),
            sum(abs(share_of_gross_change_pct)),
            count(distinct total_balance_change_usd_millions)
        from marts.balance_changes group by source_id, vintage, breakdown, first_year, last_year
        """
    )
    assert len(groups) == 4 * 21
    # Printed totals are rounded.
    assert max(off for off, *_ in groups) <= Decimal("0.2")
    assert all(same(gross, 100) and total == 1 for _, gross, total in groups)


def test_china_accounts_for_more_than_the_fall_when_it_is_counted_from_2001(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select first_year, round(100 * balance_change_usd_millions / total_balance_change_usd_millions)
        from marts.balance_changes
        where last_year = 2006 and first_year <= 2001 and member_id = 'CHN' order by first_year
        """
    ) == [(2000, 73), (2001, 111)]


def test_shares_of_all_goods(warehouse: Warehouse) -> None:
    known = {1990: (24.1, 12.0), 2000: (29.1, 18.2), 2006: (24.1, 15.7)}
    for row in seed("census/census_merchandise_trade.csv"):
        year = int(row["data_year"])
        expected = [
            100 * Fraction(row[f"atp_{flow}_usd_millions"]) / Fraction(row[f"goods_{flow}_usd_millions"])
            for flow in FLOWS
        ]
        ((exports, imports),) = warehouse.query(
            f"""
            select export_share_of_goods_pct, import_share_of_goods_pct from marts.merchandise_trade
            where
                source_id = 'census_country' and product_type = 'advanced_technology_products' and data_year = {year}
            """
        )
        assert same(exports, expected[0]) and same(imports, expected[1])
        if year in known:
            assert (round(exports, 1), round(imports, 1)) == known.pop(year)
    assert not known
    # The report has no total of all goods, and no share of another source's.
    assert warehouse.query(
        """
        select count(*), count(export_share_of_goods_pct), count(import_share_of_goods_pct)
        from marts.merchandise_trade where source_id = 'nsf07329'
        """
    ) == [(7, 0, 0)]


def test_the_deprecated_relation_has_the_rows_of_the_one_that_took_its_place(warehouse: Warehouse) -> None:
    columns = [
        name
        for (name,) in warehouse.query(
            "select column_name from duckdb_columns() where table_name = 'merchandise_trade_balance'"
        )
    ]
    assert len(columns) == 7
    old, new = (
        warehouse.query(f"select {', '.join(columns)} from marts.{relation} order by all")
        for relation in ("merchandise_trade_balance", "merchandise_trade")
    )
    assert old == new and len(old) == 113


def test_contributions_to_the_balance_add_up_to_nothing(warehouse: Warehouse) -> None:
    known = {"aerospace": 11.3, "electronics": 5.7, "information_and_communications": -14.2}
    for year in YEARS:
        found = dict(
            warehouse.query(
                f"select technology_id, balance_contribution_pp from marts.trade_by_technology where data_year = {year}"
            )
        )
        # The printed totals are rounded.
        assert abs(sum(found.values())) < 1e-4
        for member, balance in balances("technology", year).items():
            trade = sum(amounts("technology", flow)[year][member] for flow in FLOWS)
            normalized = balance / trade - total_balance(year) / total_trade(year)
            assert same(found.pop(member), 100 * normalized * trade / total_trade(year))
            if year == 2006 and member in known:
                ((said,),) = warehouse.query(
                    "select round(balance_contribution_pp, 1) from marts.trade_by_technology "
                    f"where data_year = 2006 and technology_id = '{member}'"
                )
                assert said == known[member]
        assert not found


def test_overlap_is_what_balances_of_areas_leave(warehouse: Warehouse) -> None:
    for year, overlap in warehouse.query("select data_year, technology_overlap_pct from marts.trade_totals"):
        unmatched = sum(abs(balance) for balance in balances("technology", year).values())
        trade = sum(amount for flow in FLOWS for amount in amounts("technology", flow)[year].values())
        assert same(overlap, 100 * (1 - unmatched / trade))


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("breakdown", ["partner", "technology"])
def test_turnover_is_half_of_what_shares_moved(warehouse: Warehouse, breakdown: str, flow: str) -> None:
    column = f"{flow[:-1]}_{breakdown}_turnover_pp"
    found = dict(warehouse.query(f"select data_year, {column} from marts.trade_totals"))
    assert found[2000] is None
    for before, year in pairwise(YEARS):
        shares = [
            {member: 100 * amount / totals()[flow][one] for member, amount in amounts(breakdown, flow)[one].items()}
            for one in (before, year)
        ]
        assert same(found[year], sum(abs(shares[1][member] - share) for member, share in shares[0].items()) / 2)
    if (flow, breakdown) == ("exports", "partner"):
        assert round(found[2002], 1) == 6.6


@pytest.mark.parametrize("mart", ["trade_totals", *(f"trade_by_{breakdown}" for breakdown in BREAKDOWNS)])
def test_total_trade_and_sign(warehouse: Warehouse, mart: str) -> None:
    rows = warehouse.query(
        f"""
        select exports_usd_millions, imports_usd_millions, total_trade_usd_millions, balance_sign, is_surplus
        from marts.{mart}
        """
    )
    for exports, imports, trade, sign, is_surplus in rows:
        assert trade == exports + imports
        assert sign == (exports > imports) - (exports < imports)
        assert is_surplus == (sign == 1)


def test_a_total_has_no_column_that_says_nothing_of_it(warehouse: Warehouse) -> None:
    columns = {
        name
        for (name,) in warehouse.query(
            "select column_name from duckdb_columns() where schema_name = 'marts' and table_name = 'trade_totals'"
        )
    }
    assert not columns & {*GONE}
    # Its members keep them.
    for breakdown in BREAKDOWNS:
        assert {
            name
            for (name,) in warehouse.query(
                f"select column_name from duckdb_columns() where table_name = 'trade_by_{breakdown}'"
            )
        } > {*GONE}
