"""What would hold of the latest year, worked out again from the seeds by plain sums."""

import csv
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import pytest
from conftest import PROJECT, Warehouse

SOURCE = "census_country"


def balances() -> dict[int, Decimal]:
    """The balance of each year of twelve months, billions of dollars, each month as it was published last."""
    months: dict[tuple[int, int], tuple[str, Decimal, Decimal]] = {}
    with (PROJECT / "seeds" / "census" / "census_atp_by_month.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            month = int(row["data_year"]), int(row["data_month"])
            flows = Decimal(row["exports_usd_millions"]), Decimal(row["imports_usd_millions"])
            months[month] = max(months.get(month, ("", *flows)), (row["vintage"], *flows))
    years: dict[int, list[tuple[Decimal, Decimal]]] = {}
    for (year, _), (_, *flows) in months.items():
        years.setdefault(year, []).append(tuple(flows))
    return {year: balance(flows) for year, flows in years.items() if len(flows) == 12}


def balance(months: list[tuple[Decimal, Decimal]]) -> Decimal:
    """Exports less imports, each rounded to a tenth of a million, billions of dollars."""
    exports, imports = (sum(flow).quantize(Decimal("0.1"), ROUND_HALF_UP) for flow in zip(*months, strict=True))
    return (exports - imports) / 1000


def asked(warehouse: Warehouse, claim: str) -> tuple:
    (row,) = warehouse.query(
        f"""
        select data_year, first_year, last_year, latest_value, would_hold
        from audit.claims_of_latest_year where claim_id = '{claim}' and source_id = '{SOURCE}'
        """
    )
    return row


# A claim, how many years it has, and what it says of their balances.
@pytest.mark.parametrize(
    ("claim", "years", "number", "holds"),
    [
        ("technology_trade_was_in_deficit_in_2006", 1, lambda found: found[0], lambda number: number < 0),
        ("annual_deficits_continue", 5, max, lambda number: number < 0),
        ("the_deficit_continued_in_every_year_after_2002", 4, max, lambda number: number < 0),
        (
            "the_deficit_was_smaller_in_2006_than_in_2005",
            2,
            lambda found: found[1] - found[0],
            lambda number: number > 0,
        ),
    ],
)
def test_a_claim_is_judged_by_the_sums_of_the_latest_months(
    warehouse: Warehouse,
    claim: str,
    years: int,
    number: Callable[[Sequence], Decimal],
    holds: Callable[[Decimal], bool],
) -> None:
    known = balances()
    last = max(known)
    expected = number([known[year] for year in range(last - years + 1, last + 1)])
    assert last > 2006
    assert asked(warehouse, claim) == (last, last - years + 1, last, expected, holds(expected))


def test_a_claim_keeps_its_words_and_says_what_it_gave_before(warehouse: Warehouse) -> None:
    changed = warehouse.query(
        """
        select claim_id from audit.claims_of_latest_year as latest inner join audit.claims using (claim_id)
        where
            latest.statement <> claims.statement
            or latest.operator <> claims.operator
            or latest.published_value <> claims.published_value
            or latest.published_unit <> claims.published_unit
            or latest.report_value is distinct from claims.computed_value
            or latest.report_members is distinct from claims.computed_members
            or latest.last_year - latest.first_year <> claims.last_year - claims.first_year
        """
    )
    assert changed == []
    assert warehouse.query(
        """
        select count(*) = (select count(*) from audit.claims) * count(distinct (source_id, vintage, data_year))
        from audit.claims_of_latest_year
        """
    ) == [(True,)]


# Each of them is true or false of its years for a reason that the words give.
@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("the_deficit_of_2006_is_38_3_billion", "of_its_years"),
        ("asia_supplies_60_pct", "of_its_years"),
        ("japan_is_far_behind_china_as_a_supplier", "of_its_years"),
        ("exports_considerably_exceed_imports_in_two_areas", "of_its_years"),
        ("the_deficit_was_largest_in_2005", "of_its_years"),
        ("the_report_has_eleven_areas", "of_its_years"),
        ("the_balance_fell_by_66_0_billion", "of_its_years"),
        ("technology_trade_was_in_surplus_throughout_the_1990s", "of_earlier_years"),
        ("technology_exports_fell_from_2000_to_2003", "of_earlier_years"),
        ("aerospace_has_the_largest_surplus_in_every_year", "not_in_source"),
        ("china_is_the_largest_supplier_since_2003", "not_in_source"),
        ("asia_europe_and_north_america_supply_over_95_pct", "not_in_source"),
    ],
)
def test_what_cannot_be_asked_says_why(warehouse: Warehouse, claim: str, verdict: str) -> None:
    assert warehouse.query(
        f"""
        select verdict, would_hold, latest_value, latest_members
        from audit.claims_of_latest_year where claim_id = '{claim}' and source_id = '{SOURCE}'
        """
    ) == [(verdict, None, None, None)]
