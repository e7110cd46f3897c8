"""The Census Bureau's ten areas beside the report's eleven, against sums made apart from the SQL."""

import csv
from decimal import Decimal

import pytest
from conftest import PROJECT, Warehouse

YEARS = range(2000, 2007)
# The rows of Table 1 that the Bureau counts in each area.
AREAS = {
    "01": ["Biotechnologies"],
    "02": ["Life sciences"],
    "03": ["Optoelectronics"],
    "04": ["Information and communications", "Computer software"],
    "05": ["Electronics"],
    "06": ["Flexible manufacturing"],
    "07": ["Advanced materials"],
    "08": ["Aerospace"],
    "09": ["Weapons"],
    "10": ["Nuclear technology"],
}
Trade = dict[tuple[str, int], tuple[Decimal, Decimal]]


def table_1() -> dict[str, dict[str, dict[str, str]]]:
    blocks: dict[str, dict[str, dict[str, str]]] = {}
    with (PROJECT / "seeds" / "nsf07329" / "nsf07329_table_1.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            blocks.setdefault(row["block"], {})[row["category"]] = row
    return blocks


@pytest.fixture(scope="module")
def trade() -> Trade:
    """Exports and imports of each area and year, and of the total as `all`, added up from the printed table."""
    blocks = table_1()
    (total,) = {*blocks["Exports"]} - {label for labels in AREAS.values() for label in labels}
    return {
        (area, year): tuple(
            sum(Decimal(blocks[block][label][f"y{year}"]) for label in labels) for block in ("Exports", "Imports")
        )
        for area, labels in {**AREAS, "all": [total]}.items()
        for year in YEARS
    }


def ranks(values: dict[str, Decimal]) -> dict[str, int]:
    return {area: 1 + sum(other > value for other in values.values()) for area, value in values.items()}


def test_an_area_is_the_plain_sum_of_what_is_counted_in_it(warehouse: Warehouse, trade: Trade) -> None:
    found = warehouse.query(
        """
        select
            census_area_code, data_year, exports_usd_millions, imports_usd_millions, balance_usd_millions,
            export_share_pct, import_share_pct, coverage_ratio, normalized_balance, is_surplus,
            total_trade_usd_millions, balance_sign
        from marts.trade_by_census_area
        """
    )
    assert {row[:2] for row in found} == {key for key in trade if key[0] != "all"}
    for area, year, *values in found:
        exports, imports = trade[area, year]
        assert values[:3] == [exports, imports, exports - imports]
        x, m = float(exports), float(imports)
        shares = [100 * x / float(trade["all", year][0]), 100 * m / float(trade["all", year][1])]
        assert values[3:7] == pytest.approx([*shares, x / m, (x - m) / (x + m)], rel=1e-12)
        assert values[7:] == [exports > imports, exports + imports, (exports > imports) - (exports < imports)]


def test_ranks_and_growth_are_among_ten(warehouse: Warehouse, trade: Trade) -> None:
    for area, year, *values in warehouse.query(
        """
        select
            census_area_code, data_year, export_rank, import_rank, balance_rank, export_rank_change, import_rank_change,
            balance_rank_change, exports_growth_pct, imports_growth_pct, balance_change_usd_millions,
            exports_growth_contribution_pp, imports_growth_contribution_pp, exports_cagr_since_base_pct,
            imports_cagr_since_base_pct, base_year
        from marts.trade_by_census_area
        """
    ):
        numbers = {
            when: {one: (*trade[one, when], trade[one, when][0] - trade[one, when][1]) for one in AREAS}
            for when in YEARS
        }
        rank = {
            when: [ranks({one: three[place] for one, three in of_year.items()})[area] for place in range(3)]
            for when, of_year in numbers.items()
        }
        assert values[:3] == rank[year]
        assert values[13] == 2000
        if year == 2000:
            assert values[3:13] == [None] * 10
            continue
        assert values[3:6] == [now - before for now, before in zip(rank[year], rank[year - 1], strict=True)]
        now, before, first = (numbers[when][area] for when in (year, year - 1, 2000))
        changes = [float(new - old) for new, old in zip(now, before, strict=True)]
        assert values[8] == now[2] - before[2]
        growth = [100 * changes[flow] / float(before[flow]) for flow in (0, 1)]
        contributions = [100 * changes[flow] / float(trade["all", year - 1][flow]) for flow in (0, 1)]
        compound = [100 * ((float(now[flow]) / float(first[flow])) ** (1 / (year - 2000)) - 1) for flow in (0, 1)]
        assert [*values[6:8], *values[9:13]] == pytest.approx([*growth, *contributions, *compound], rel=1e-9)


def test_concentration_and_surpluses_are_over_ten(warehouse: Warehouse, trade: Trade) -> None:
    for year, *values in warehouse.query(
        """
        select
            data_year, export_census_area_hhi, import_census_area_hhi, census_areas_in_surplus, census_areas_in_deficit
        from marts.trade_totals
        """
    ):
        squares = [
            sum((100 * float(trade[area, year][flow]) / float(trade["all", year][flow])) ** 2 for area in AREAS)
            for flow in (0, 1)
        ]
        assert values[:2] == pytest.approx(squares, rel=1e-12)
        balances = [trade[area, year][0] - trade[area, year][1] for area in AREAS]
        assert values[2:] == [sum(one > 0 for one in balances), sum(one < 0 for one in balances)]


def test_in_2006_five_of_ten_areas_are_in_surplus_and_trade_is_more_concentrated_than_over_eleven(
    warehouse: Warehouse,
) -> None:
    assert warehouse.query(
        """
        select
            census_areas_in_surplus, technologies_in_surplus, round(export_census_area_hhi),
            round(export_technology_hhi), round(import_census_area_hhi), round(import_technology_hhi)
        from marts.trade_totals where data_year = 2006
        """
    ) == [(5, 6, 2331, 2281, 3438, 3406)]


def test_no_join_on_an_area_code_gives_area_04_without_software(warehouse: Warehouse) -> None:
    whole = dict(
        warehouse.query(
            "select data_year, exports_usd_millions from marts.trade_by_census_area where census_area_code = '04'"
        )
    )
    # A technology has a code if it is that area and nothing else.
    assert warehouse.query(
        """
        select technology_id, counted_in_census_area_code from marts.dim_technology where census_area_code is null
        order by technology_id
        """
    ) == [("computer_software", "04"), ("information_and_communications", "04")]
    assert warehouse.query("select count(*) from marts.trade_by_technology where census_area_code = '04'") == [(0,)]
    # The whole of area 04 has an id of its own, which is none of the report's.
    assert warehouse.query(
        "select technology_id, is_in_report from marts.dim_technology where census_area_code = '04'"
    ) == [("information_and_communications_with_software", False)]
    assert warehouse.query(
        """
        select is_in_report, count(*), count(distinct census_area_code) from marts.trade_by_census_area
        inner join marts.dim_technology using (census_area_code) group by all order by all
        """
    ) == [(False, 7, 1), (True, 7 * 9, 9)]
    # Who asks for what the Bureau counts gets it whole.
    assert whole == dict(
        warehouse.query(
            """
            select data_year, sum(exports_usd_millions) from marts.trade_by_technology
            where counted_in_census_area_code = '04' group by data_year
            """
        )
    )


def test_every_code_is_the_key_of_an_area(warehouse: Warehouse) -> None:
    assert (
        warehouse.query(
            """
        select technology_id from marts.dim_technology
        anti join marts.dim_census_area on counted_in_census_area_code = dim_census_area.census_area_code
        """
        )
        == []
    )
    assert [code for (code,) in warehouse.query("select census_area_code from marts.dim_census_area order by 1")] == [
        *AREAS
    ]
