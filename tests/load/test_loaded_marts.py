"""What a load brings into the marts: each number recomputed from the raw answers, in fractions."""

from collections import defaultdict
from fractions import Fraction

import duckdb
import pytest
from conftest import LOADED_COUNTRIES, Warehouse

SOURCE, VINTAGE = "census_hitech", "2013-02"
VALUES = {"exports": "ALL_VAL_MO", "imports": "GEN_VAL_MO"}
Values = dict[tuple[str, str, str, str], int]
MILLION = 1_000_000


@pytest.fixture(scope="module")
def raw(loaded_warehouse: Warehouse) -> Values:
    """Dollars by flow, month, country and area or total, as the files have them."""
    found: Values = {}
    for flow, value in VALUES.items():
        files = str(loaded_warehouse.project / "data" / "census_hitech" / flow / "*" / "*.parquet")
        rows = duckdb.read_parquet(files).select(f"month, CTY_CODE, HITECH, {value}").fetchall()
        found |= {(flow, month, country, area): int(usd) for month, country, area, usd in rows}
    return found


@pytest.fixture(scope="module")
def names(loaded_warehouse: Warehouse) -> dict[str, str]:
    """The id of each country and area by the Bureau's code."""
    countries = loaded_warehouse.query(
        "select schedule_c_code, partner_id from marts.dim_partner where is_named_in_report"
        " is not null and schedule_c_code is not null"
    )
    areas = loaded_warehouse.query(
        "select census_area_code, technology_id from marts.dim_technology where census_area_code is not null"
    )
    return dict(countries + areas)


def years(raw: Values) -> dict[tuple[str, int, str, str], int]:
    """Dollars by flow, year, country and area, countries and areas alone, of years with all months."""
    found: dict[tuple[str, int, str, str], int] = defaultdict(int)
    for (flow, month, country, area), usd in raw.items():
        if country in LOADED_COUNTRIES and area not in ("-", "00") and month < "2012":
            found[flow, int(month[:4]), country, area] += usd
    return found


def rounded(usd: int) -> Fraction:
    """Dollars in millions to one digit, as years have them."""
    return Fraction(int(Fraction(usd, MILLION) * 10 + Fraction(1, 2)), 10)


def test_years_are_sums_of_areas_and_countries_alone(loaded_warehouse: Warehouse, raw: Values) -> None:
    found = loaded_warehouse.query(
        f"select data_year, exports_usd_millions, imports_usd_millions, vintage, exports_growth_pct, base_year"
        f" from marts.trade_totals where source_id = '{SOURCE}' order by data_year"
    )
    sums = defaultdict(int)
    for (flow, year, _, _), usd in years(raw).items():
        sums[flow, year] += usd
    assert [row[:4] for row in found] == [
        (year, rounded(sums["exports", year]), rounded(sums["imports", year]), VINTAGE) for year in (2010, 2011)
    ]
    # Growth is within the source: 2010 does not grow from the report's 2006.
    assert found[0][4:] == (None, 2010) and found[1][4] is not None
    report = loaded_warehouse.query("select max(data_year) from marts.trade_totals where source_id = 'nsf07329'")
    assert report == [(2006,)]


def test_areas_partners_and_groups_go_on(loaded_warehouse: Warehouse, raw: Values, names: dict[str, str]) -> None:
    by_area, by_partner = defaultdict(int), defaultdict(int)
    for (flow, year, country, area), usd in years(raw).items():
        by_area[flow, year, names[area]] += usd
        by_partner[flow, year, names[country]] += usd
    for mart, key, sums in (
        ("trade_by_technology", "technology_id", by_area),
        ("trade_by_partner", "partner_id", by_partner),
    ):
        for flow in VALUES:
            found = loaded_warehouse.query(
                f"select data_year, {key}, {flow}_usd_millions from marts.{mart} where source_id = '{SOURCE}'"
            )
            assert {(flow, year, member): usd for year, member, usd in found} == {
                member: rounded(usd) for member, usd in sums.items() if member[0] == flow
            }
    # Whom the report does not name is in the rest of the world, and has a rank.
    outside = loaded_warehouse.query(
        f"""
        select partner_id, region_id, import_rank is not null from marts.trade_by_partner
        where source_id = '{SOURCE}' and data_year = 2011 and region_id = 'rest_of_world' order by partner_id
        """
    )
    assert outside == [(partner, "rest_of_world", True) for partner in ("GRL", "HKG", "VNM")]
    rest = sum(by_partner["imports", 2011, partner] for partner in ("GRL", "HKG", "VNM"))
    assert loaded_warehouse.query(
        f"""
        select imports_usd_millions from marts.trade_by_region
        where source_id = '{SOURCE}' and data_year = 2011 and region_id = 'rest_of_world'
        """
    ) == [(rounded(rest),)]
    areas = loaded_warehouse.query(
        f"select count(*), count(distinct census_area_code) from marts.trade_by_census_area"
        f" where source_id = '{SOURCE}' and data_year = 2011"
    )
    assert areas == [(10, 10)]


def test_the_largest_partners_of_each_area(loaded_warehouse: Warehouse, raw: Values, names: dict[str, str]) -> None:
    sums = years(raw)
    for flow in VALUES:
        for area in ("04", "08"):
            amounts = {country: sums[flow, 2011, country, area] for country in LOADED_COUNTRIES}
            largest = sorted(amounts, key=amounts.__getitem__, reverse=True)[:3]
            found = loaded_warehouse.query(
                f"""
                select partner_rank, partner_id, share_pct, implied_usd_millions, printed_place
                from marts.top_partners_by_technology
                where source_id = '{SOURCE}' and data_year = 2011 and flow = '{flow}'
                    and technology_id = '{names[area]}' order by partner_rank
                """
            )
            assert [row[:2] for row in found] == [(place, names[code]) for place, code in enumerate(largest, 1)]
            for (_, _, share, usd, place), code in zip(found, largest, strict=True):
                assert abs(Fraction(share) - 100 * Fraction(amounts[code], sum(amounts.values()))) <= Fraction(51, 1000)
                assert (usd, place) == (rounded(amounts[code]), None)


def test_months_are_to_the_dollar_and_countries_alone(
    loaded_warehouse: Warehouse, raw: Values, names: dict[str, str]
) -> None:
    found = loaded_warehouse.query(
        "select data_year, data_month, technology_id, partner_id, exports_usd_millions, imports_usd_millions"
        " from marts.trade_monthly"
    )
    expected = defaultdict(lambda: [0, 0])
    for (flow, month, country, area), usd in raw.items():
        # A month of one flow alone does not count.
        if country in LOADED_COUNTRIES and area not in ("-", "00") and month != "2012-05":
            expected[int(month[:4]), int(month[5:]), names[area], names[country]][list(VALUES).index(flow)] = usd
    assert {row[:4]: [int(value * MILLION) for value in row[4:]] for row in found} == expected


def test_windows_of_a_partner_count_months_of_the_source(
    loaded_warehouse: Warehouse, raw: Values, names: dict[str, str]
) -> None:
    for country in LOADED_COUNTRIES:
        ((months, complete, usd, before),) = loaded_warehouse.query(
            f"""
            select months_in_window, is_complete, imports_usd_millions, imports_year_before_usd_millions
            from marts.trade_windows
            where source_id = '{SOURCE}' and partner_id = '{names[country]}' and technology_id = 'all'
                and product_type = 'advanced_technology_products' and window_type = 'year_to_date'
                and data_year = 2012 and data_month = 3
            """
        )
        to_date = {
            year: sum(
                value
                for (flow, month, code, area), value in raw.items()
                if (flow, code, month[:4]) == ("imports", country, year)
                and month[5:] <= "03"
                and area not in ("-", "00")
            )
            for year in ("2011", "2012")
        }
        assert (months, complete, usd * MILLION, before * MILLION) == (3, True, to_date["2012"], to_date["2011"])
    open_year = loaded_warehouse.query(
        f"""
        select distinct is_complete, exports_usd_millions, deficit_rank from marts.trade_windows
        where source_id = '{SOURCE}' and window_type = 'year' and data_year = 2012
        """
    )
    assert open_year == [(False, None, None)]
    across = loaded_warehouse.query(
        f"""
        select data_year, data_month, months_in_window from marts.trade_windows
        where source_id = '{SOURCE}' and window_type = 'twelve_months' and not is_complete
            and partner_id = 'CHN' and technology_id = 'all' and data_year >= 2012 order by all
        """
    )
    # The month of one flow has no window; those across it lack it.
    assert across == [*((2012, month, 11) for month in range(6, 13)), (2013, 1, 11), (2013, 2, 11)]


def test_specialization_and_the_parts_of_a_change(
    loaded_warehouse: Warehouse, raw: Values, names: dict[str, str]
) -> None:
    sums = years(raw)
    goods = defaultdict(int)
    for (flow, month, country, area), usd in raw.items():
        if area == "-" and month < "2012":
            goods[flow, int(month[:4]), country] += usd
    for flow, name in (("exports", "export"), ("imports", "import")):
        total = {year: sum(usd for key, usd in sums.items() if key[:2] == (flow, year)) for year in (2010, 2011)}
        for country in LOADED_COUNTRIES:
            own = {
                year: {area: sums.get((flow, year, country, area), 0) for area in areas_of(sums)}
                for year in (2010, 2011)
            }
            ((share, ratio),) = loaded_warehouse.query(
                f"""
                select {name}_share_of_goods_pct, {name}_specialization_ratio from marts.trade_by_partner
                where source_id = '{SOURCE}' and data_year = 2011 and partner_id = '{names[country]}'
                """
            )
            part = Fraction(sum(own[2011].values()), goods[flow, 2011, country])
            assert share == pytest.approx(float(100 * part), rel=2e-2, abs=1e-3)
            assert ratio == pytest.approx(
                float(part / Fraction(total[2011], goods[flow, 2011, "-"])), rel=2e-2, abs=1e-3
            )
            within = mix = Fraction(0)
            for area in areas_of(sums):
                of_area = {
                    year: sum(sums.get((flow, year, code, area), 0) for code in LOADED_COUNTRIES)
                    for year in (2010, 2011)
                }
                weight = {year: Fraction(of_area[year], total[year]) for year in (2010, 2011)}
                share_of = {year: Fraction(own[year][area], of_area[year]) for year in (2010, 2011)}
                within += (weight[2010] + weight[2011]) / 2 * (share_of[2011] - share_of[2010])
                mix += (share_of[2010] + share_of[2011]) / 2 * (weight[2011] - weight[2010])
            ((change, found_within, found_mix),) = loaded_warehouse.query(
                f"""
                select share_change_pp, within_change_pp, mix_change_pp from marts.partner_share_changes
                where first_year = 2010 and last_year = 2011 and flow = '{flow}' and partner_id = '{names[country]}'
                """
            )
            assert found_within == pytest.approx(float(100 * within), abs=2e-3)
            assert found_mix == pytest.approx(float(100 * mix), abs=2e-3)
            assert change == pytest.approx(found_within + found_mix, abs=1e-9)


def areas_of(sums: dict[tuple[str, int, str, str], int]) -> list[str]:
    """The codes of the areas."""
    return sorted({area for _, _, _, area in sums})


def test_a_copy_of_the_spreadsheet_is_a_state_of_its_source(loaded_warehouse: Warehouse) -> None:
    file = str(loaded_warehouse.project / "data" / "census_country" / "*.parquet")
    rows = duckdb.read_parquet(file).filter("year = '2024'").select("CTY_CODE, EYR, IYR").fetchall()
    years = {code: (Fraction(exports), Fraction(imports)) for code, exports, imports in rows}
    state = "source_id = 'census_country' and vintage = '2025-03'"
    found = loaded_warehouse.query(
        f"""
        select product_type, exports_usd_millions, imports_usd_millions from marts.merchandise_trade
        where {state} and data_year = 2024 order by product_type
        """
    )
    atp, world = years["0007"], years["0015"]
    assert found == [
        ("advanced_technology_products", *atp),
        ("all_other_products", world[0] - atp[0], world[1] - atp[1]),
        ("total_merchandise", *world),
    ]
    # Earlier years are as they were known before, and the open year is none.
    assert loaded_warehouse.query(
        f"select min(data_year), max(data_year), count(*) from marts.merchandise_trade where {state}"
    ) == [(1989, 2024, 36 * 3)]
    partners = loaded_warehouse.query(
        f"""
        select schedule_c_code, exports_usd_millions, imports_usd_millions
        from marts.merchandise_trade_by_partner join marts.dim_partner using (partner_id) where {state}
        """
    )
    assert {code: amounts for code, *amounts in partners} == {code: [*years[code]] for code in LOADED_COUNTRIES} != {}
    note = loaded_warehouse.query(f"select vintage_note from marts.dim_source where {state}")
    assert note == [("State with data to 2025-03, loaded on 2026-11-20",)]
    # The months of 2024 were published again, with other numbers; the window shows the latest.
    revised = loaded_warehouse.query(f"select count(*) from marts.trade_revisions where {state} and is_revised")
    assert revised == [(12,)]


def test_the_sources_say_what_was_loaded(loaded_warehouse: Warehouse) -> None:
    found = loaded_warehouse.query(
        f"select vintage, vintage_note, publisher from marts.dim_source where source_id = '{SOURCE}'"
    )
    assert found == [(VINTAGE, "State with data to 2013-02, loaded on 2026-11-20", "U.S. Census Bureau")]
    # What a partner's first and last years are comes from all sources.
    spans = loaded_warehouse.query(
        "select partner_id, first_year, last_year, is_named_in_report from marts.dim_partner"
        " where partner_id in ('CHN', 'HKG', 'FRA') order by partner_id"
    )
    assert spans == [("CHN", 2000, 2024, True), ("FRA", 2000, 2006, True), ("HKG", 2010, 2024, False)]


def test_what_is_not_loaded_is_there_and_empty(warehouse: Warehouse) -> None:
    for mart in (
        "trade_monthly",
        "trade_by_technology_and_partner",
        "partner_share_changes",
        "merchandise_trade_by_partner",
    ):
        assert warehouse.query(f"select count(*) from marts.{mart}") == [(0,)]
    assert warehouse.query(f"select count(*) from marts.dim_source where source_id = '{SOURCE}'") == [(0,)]
