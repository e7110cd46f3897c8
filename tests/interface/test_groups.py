"""Continents, regions of the world, and groups whose members change: against lists and sums made apart from the SQL."""

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest
from conftest import PROJECT, Warehouse

YEARS = range(2000, 2007)
# The UN's regions and sub-regions by their codes in M49, and what it lists there of the Census Bureau's countries.
M49 = {
    "002/015": "DZA EGY ESH LBY MAR SDN TUN",
    "002/202": "AGO ATF BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI ERI ETH GAB GHA GIN GMB GNB GNQ IOT KEN LBR "
    "LSO MDG MLI MOZ MRT MUS MWI MYT NAM NER NGA REU RWA SEN SHN SLE SOM SSD STP SWZ SYC TCD TGO TZA UGA ZAF ZMB ZWE",
    "009/053": "AUS CCK CXR HMD NFK NZL",
    "009/054": "FJI NCL PNG SLB VUT",
    "009/057": "FSM GUM KIR MHL MNP NRU PLW UMI",
    "009/061": "ASM COK NIU PCN PYF TKL TON TUV WLF WSM",
    "019/021": "BMU CAN GRL SPM USA",
    "019/419": "ABW AIA ARG ATG BHS BLZ BOL BRA BRB CHL COL CRI CUB CUW CYM DMA DOM ECU FLK GLP GRD GTM GUF GUY HND "
    "HTI JAM KNA LCA MEX MSR MTQ NIC PAN PER PRI PRY SLV SUR SXM TCA TTO URY VCT VEN VGB VIR",
    "142/030": "CHN HKG JPN KOR MAC MNG PRK",
    "142/034": "AFG BGD BTN IND IRN LKA MDV NPL PAK",
    "142/035": "BRN IDN KHM LAO MMR MYS PHL SGP THA TLS VNM",
    "142/143": "KAZ KGZ TJK TKM UZB",
    "142/145": "ARE ARM AZE BHR CYP GEO IRQ ISR JOR KWT LBN OMN QAT SAU SYR TUR YEM",
    "150/039": "ALB AND BIH ESP GIB GRC HRV ITA MKD MLT MNE PRT SMR SRB SVN VAT",
    "150/151": "BGR BLR CZE HUN MDA POL ROU RUS SVK UKR",
    "150/154": "DNK EST FIN FRO GBR IRL ISL LTU LVA NOR SJM SWE",
    "150/155": "AUT BEL CHE DEU FRA LIE LUX MCO NLD",
}
# What M49 does not list: Taiwan, and what is no country of ISO 3166-1 today.
NOT_IN_ISO = {
    *("ANT", "CSK", "NTZ", "SCG", "SUN", "XKX", "YUG", "ETH_7740", "ISR_5080", "PSE_5082", "PSE_5083", "SDN_7320"),
    *("SRB_4802", "ORGANIZATIONS", "UNIDENTIFIED", "OTHER"),
}
M49_NAMES = {
    "002": "Africa",
    "009": "Oceania",
    "015": "Northern Africa",
    "019": "Americas",
    "021": "Northern America",
    "030": "Eastern Asia",
    "034": "Southern Asia",
    "035": "South-eastern Asia",
    "039": "Southern Europe",
    "053": "Australia and New Zealand",
    "054": "Melanesia",
    "057": "Micronesia",
    "061": "Polynesia",
    "142": "Asia",
    "143": "Central Asia",
    "145": "Western Asia",
    "150": "Europe",
    "151": "Eastern Europe",
    "154": "Northern Europe",
    "155": "Western Europe",
    "202": "Sub-Saharan Africa",
    "419": "Latin America and the Caribbean",
}
# Who joined (+) or left (-) on which day, and how many members there were then, without the United States.
CHANGES = [
    ("eu", "1973-01-01", "+DNK +IRL +GBR", 9),
    ("eu", "1981-01-01", "+GRC", 10),
    ("eu", "1986-01-01", "+PRT +ESP", 12),
    ("eu", "1995-01-01", "+AUT +FIN +SWE", 15),
    ("eu", "2004-05-01", "+CYP +CZE +EST +HUN +LTU +LVA +MLT +POL +SVK +SVN", 25),
    ("eu", "2007-01-01", "+BGR +ROU", 27),
    ("eu", "2013-07-01", "+HRV", 28),
    ("eu", "2020-02-01", "-GBR", 27),
    ("euro_area", "1999-01-01", "+AUT +BEL +DEU +ESP +FIN +FRA +IRL +ITA +LUX +NLD +PRT", 11),
    ("euro_area", "2001-01-01", "+GRC", 12),
    ("euro_area", "2007-01-01", "+SVN", 13),
    ("euro_area", "2008-01-01", "+CYP +MLT", 15),
    ("euro_area", "2009-01-01", "+SVK", 16),
    ("euro_area", "2011-01-01", "+EST", 17),
    ("euro_area", "2014-01-01", "+LVA", 18),
    ("euro_area", "2015-01-01", "+LTU", 19),
    ("euro_area", "2023-01-01", "+HRV", 20),
    ("euro_area", "2026-01-01", "+BGR", 21),
    ("nafta", "1994-01-01", "+CAN +MEX", 2),
    ("nafta", "2020-07-01", "-CAN -MEX", None),
    ("usmca", "2020-07-01", "+CAN +MEX", 2),
    ("asean", "1967-08-08", "+IDN +MYS +PHL +SGP +THA", 5),
    ("asean", "1984-01-07", "+BRN", 6),
    ("asean", "1995-07-28", "+VNM", 7),
    ("asean", "1997-07-23", "+LAO +MMR", 9),
    ("asean", "1999-04-30", "+KHM", 10),
    ("asean", "2025-10-26", "+TLS", 11),
    ("oecd", "1961-11-13", "+NLD", 17),
    ("oecd", "1961-12-07", "+LUX", 18),
    ("oecd", "1962-03-29", "+ITA", 19),
    ("oecd", "1964-04-28", "+JPN", 20),
    ("oecd", "1969-01-28", "+FIN", 21),
    ("oecd", "1971-06-07", "+AUS", 22),
    ("oecd", "1973-05-29", "+NZL", 23),
    ("oecd", "1994-05-18", "+MEX", 24),
    ("oecd", "1995-12-21", "+CZE", 25),
    ("oecd", "1996-05-07", "+HUN", 26),
    ("oecd", "1996-11-22", "+POL", 27),
    ("oecd", "1996-12-12", "+KOR", 28),
    ("oecd", "2000-12-14", "+SVK", 29),
    ("oecd", "2010-05-07", "+CHL", 30),
    ("oecd", "2010-07-21", "+SVN", 31),
    ("oecd", "2010-09-07", "+ISR", 32),
    ("oecd", "2010-12-09", "+EST", 33),
    ("oecd", "2016-07-01", "+LVA", 34),
    ("oecd", "2018-07-05", "+LTU", 35),
    ("oecd", "2020-04-28", "+COL", 36),
    ("oecd", "2021-05-25", "+CRI", 37),
]
# How many there are at last.
NOW = {"eu": 27, "euro_area": 21, "usmca": 2, "asean": 11, "oecd": 37}


def rows(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def on(day: date, row: dict[str, str]) -> bool:
    """Whether a row of a seed is in force on a day."""
    return date.fromisoformat(row["valid_from"]) <= day and (
        not row["valid_to"] or day <= date.fromisoformat(row["valid_to"])
    )


def members_on(group: str, day: date) -> set[str]:
    return {
        row["partner_id"] for row in rows("reference/group_memberships") if row["group_id"] == group and on(day, row)
    }


def size_on(group: str, day: date) -> int | None:
    sizes = [
        row["members_in_all"] for row in rows("reference/group_sizes") if row["group_id"] == group and on(day, row)
    ]
    return int(*sizes) if sizes else None


def asked_on(warehouse: Warehouse, group: str, day: date) -> set[str]:
    """The members that the mart gives for a day."""
    return {
        partner
        for (partner,) in warehouse.query(
            f"""
            select partner_id from marts.group_members
            where
                group_id = '{group}' and valid_from <= date '{day}' and coalesce(valid_to, date '9999-12-31') >= '{day}'
            """
        )
    }


def trade() -> dict[tuple[str, int], tuple[Decimal, Decimal]]:
    """Exports and imports of each partner and year, and of the total as `all`, as Tables 3 and 4 print them."""
    ids = {row["report_label"]: row["partner_id"] for row in rows("reference/partners")} | {"Total": "all"}
    exports, imports = (
        {row["country_or_economy"]: row for row in rows(f"nsf07329/nsf07329_table_{table}")} for table in (3, 4)
    )
    return {
        (ids[label], year): (Decimal(exports[label][f"y{year}"]), Decimal(imports[label][f"y{year}"]))
        for label in exports
        if label in ids
        for year in YEARS
    }


def expected() -> dict[tuple[int, str, str], dict]:
    """What `trade_by_group` should say, by year, group and basis, in plain sums."""
    numbers = trade()
    found = {}
    for group in (row["group_id"] for row in rows("reference/groups")):
        for basis in ("at_the_time", "fixed"):
            for year in YEARS:
                day = date(year if basis == "at_the_time" else YEARS[-1], 1, 1)
                # In the report's years, those that it names.
                members = {member for member in members_on(group, day) if (member, year) in numbers}
                if members:
                    exports, imports = (sum(numbers[one, year][flow] for one in members) for flow in (0, 1))
                    found[year, group, basis] = {
                        "members": members,
                        "day": day,
                        "values": (exports, imports, exports - imports, exports + imports),
                        "shares": [
                            100 * float(flow) / float(total)
                            for flow, total in zip((exports, imports), numbers["all", year], strict=True)
                        ],
                        "counts": (len(members), size_on(group, day), size_on(group, day) - len(members)),
                    }
    return found


def test_each_partner_is_where_the_united_nations_have_it(warehouse: Warehouse) -> None:
    listed = {
        partner: tuple(M49_NAMES[code] for code in codes.split("/"))
        for codes, partners in M49.items()
        for partner in partners.split()
    }
    found = warehouse.query("select partner_id, m49_region, m49_subregion from marts.dim_partner")
    assert {partner: (region, subregion) for partner, region, subregion in found} == {
        **listed,
        **dict.fromkeys({"TWN", *NOT_IN_ISO}, (None, None)),
    }


def test_a_continent_is_the_one_in_which_the_bureau_counts_a_country(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select census_continent, count(*), string_agg(distinct schedule_c_code[1], '' order by schedule_c_code[1])
        from marts.dim_partner group by all order by all
        """
    ) == [
        ("Africa", 62, "7"),
        ("Asia", 44, "5"),
        ("Australia and Oceania", 25, "6"),
        ("Europe", 63, "4"),
        # Mexico has 2010.
        ("North America", 2, "12"),
        ("South and Central America", 46, "23"),
        # Greenland is in no sum of a continent, and the United States are no partner.
        (None, 12, "189"),
    ]


def test_the_two_letter_codes_are_codes_of_the_same_countries(warehouse: Warehouse) -> None:
    codes = {row["iso_alpha_3"]: row["iso_alpha_2"] for row in rows("second_reading/second_reading_partners")}
    named = "select partner_id, iso_alpha_2 from marts.dim_partner where is_named_in_report"
    assert dict(warehouse.query(named)) == codes
    # Namibia's code is a text like any other, and no missing value.
    assert warehouse.query("select iso_alpha_2 from marts.dim_partner where partner_id = 'NAM'") == [("NA",)]
    # Three letters that are no code of ISO 3166-1 today are not passed off as one.
    assert {
        partner for (partner,) in warehouse.query("select partner_id from marts.dim_partner where iso_alpha_3 is null")
    } == NOT_IN_ISO
    assert warehouse.query("select count(*) from marts.dim_partner where iso_alpha_3 <> partner_id") == [(0,)]


def test_a_partner_says_whether_the_report_names_it_and_when_it_traded(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select is_named_in_report, region_id = 'rest_of_world', first_year, last_year, count(*),
            count(report_label), count(report_order)
        from marts.dim_partner group by all order by all
        """
    ) == [
        # All other countries.
        (False, True, 2000, 2006, 1, 1, 1),
        (False, True, None, None, 209, 0, 0),
        (True, False, 2000, 2006, 44, 44, 44),
    ]


def test_the_groups_of_the_report_are_called_selected(warehouse: Warehouse) -> None:
    ((said,),) = warehouse.query("select comment from duckdb_tables() where table_name = 'dim_region'")
    assert "five selected groups" in said
    assert warehouse.query(
        """
        select region_id, balance_usd_millions from marts.trade_by_region
        where data_year = 2006 and balance_usd_millions = (
            select max(balance_usd_millions) from marts.trade_by_region where data_year = 2006
        )
        """
    ) == [("rest_of_world", Decimal("18852.4"))]


@pytest.mark.parametrize(("group", "first_day", "change", "size"), CHANGES)
def test_a_group_changes_on_its_day(
    warehouse: Warehouse, group: str, first_day: str, change: str, size: int | None
) -> None:
    day = date.fromisoformat(first_day)
    before, of, after = (asked_on(warehouse, group, day + timedelta(days)) for days in (-1, 0, 1))
    joined, left = ({one[1:] for one in change.split() if one[0] == sign} for sign in "+-")
    assert (of - before, before - of) == (joined, left)
    assert of == after
    assert size_on(group, day) == size


def test_no_other_day_changes_the_members(warehouse: Warehouse) -> None:
    began = {
        (group, str(day))
        for group, day in warehouse.query("select distinct group_id, valid_from from marts.group_members")
    }
    founded = {("eu", "1958-01-01"), ("oecd", "1961-09-30")}
    assert began == founded | {(group, day) for group, day, change, _ in CHANGES if "+" in change}
    for group, size in NOW.items():
        assert len(asked_on(warehouse, group, date(2026, 6, 30))) == size_on(group, date(2026, 6, 30)) == size
    # Every member is one of the partners, the report's or not.
    for row in rows("reference/group_sizes"):
        assert len(members_on(row["group_id"], date.fromisoformat(row["valid_from"]))) == int(row["members_in_all"])
    assert not asked_on(warehouse, "nafta", date(2026, 6, 30))


def test_the_united_states_and_the_residual_are_no_members(warehouse: Warehouse) -> None:
    assert warehouse.query("select count(*) from marts.group_members where partner_id in ('USA', 'OTHER')") == [(0,)]


def test_a_group_is_the_plain_sum_of_its_members(warehouse: Warehouse) -> None:
    found = warehouse.query(
        """
        select
            data_year, group_id, membership_basis, membership_date,
            exports_usd_millions, imports_usd_millions, balance_usd_millions, total_trade_usd_millions,
            export_share_pct, import_share_pct, members_observed, members_in_all, members_not_named
        from marts.trade_by_group
        """
    )
    sums = expected()
    assert {row[:3] for row in found} == {*sums}
    for row in found:
        plain = sums[row[:3]]
        assert row[3] == plain["day"]
        assert row[4:8] == plain["values"]
        assert row[8:10] == pytest.approx(plain["shares"], rel=1e-12)
        assert row[10:] == plain["counts"]


def test_growth_is_that_of_the_same_members(warehouse: Warehouse) -> None:
    sums = expected()
    for year, group, basis, same, *changes in warehouse.query(
        """
        select
            data_year, group_id, membership_basis, has_members_of_year_before, exports_growth_pct, imports_growth_pct,
            balance_change_usd_millions
        from marts.trade_by_group
        """
    ):
        now, before = sums[year, group, basis], sums.get((year - 1, group, basis))
        assert same == (before and before["members"] == now["members"])
        if not same:
            assert changes == [None, None, None]
            continue
        exports, imports, balance, _ = zip(now["values"], before["values"], strict=True)
        growth = [100 * (float(new) - float(old)) / float(old) for new, old in (exports, imports)]
        assert changes == [*map(pytest.approx, growth), balance[0] - balance[1]]


def test_the_ten_countries_of_may_2004_count_from_2005(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select
            membership_basis, data_year, members_observed, members_in_all, members_not_named, exports_usd_millions,
            round(exports_growth_pct, 1)
        from marts.trade_by_group where group_id = 'eu' and data_year between 2004 and 2006 order by all
        """
    ) == [
        ("at_the_time", 2004, 14, 15, 1, Decimal("54238.2"), 13.1),
        ("at_the_time", 2005, 19, 25, 6, Decimal("56928.5"), None),
        ("at_the_time", 2006, 19, 25, 6, Decimal("63343.8"), 11.3),
        ("fixed", 2004, 19, 25, 6, Decimal("55502.2"), 13.4),
        ("fixed", 2005, 19, 25, 6, Decimal("56928.5"), 2.6),
        ("fixed", 2006, 19, 25, 6, Decimal("63343.8"), 11.3),
    ]


def test_the_agreement_is_the_group_of_the_report_to_its_last_digit(warehouse: Warehouse) -> None:
    ((most,),) = warehouse.query(
        """
        select max(greatest(
            abs(agreement.exports_usd_millions - printed.exports_usd_millions),
            abs(agreement.imports_usd_millions - printed.imports_usd_millions)
        ))
        from marts.trade_by_group as agreement
        inner join marts.trade_by_region as printed
            on agreement.data_year = printed.data_year and agreement.group_id = 'nafta' and printed.region_id = 'nafta'
        """
    )
    # Three rounded numbers.
    assert most <= Decimal("0.1")


def test_groups_are_in_no_other_relation(warehouse: Warehouse) -> None:
    assert warehouse.query(
        """
        select distinct table_name from duckdb_columns()
        where column_name = 'group_id' and schema_name in ('core', 'marts', 'metrics', 'page', 'printed', 'audit')
        order by all
        """
    ) == [("dim_group",), ("group_member_trade",), ("group_members",), ("trade_by_group",)]
    assert warehouse.query("select distinct breakdown from core.trade order by all") == [
        ("partner",),
        ("product_type",),
        ("region",),
        ("technology",),
        ("total",),
    ]
    assert warehouse.query(
        "select sum(exports_usd_millions), sum(imports_usd_millions) from marts.trade_by_partner where data_year = 2006"
    ) == [
        tuple(
            sum(numbers[flow] for (one, year), numbers in trade().items() if one != "all" and year == 2006)
            for flow in (0, 1)
        )
    ]
