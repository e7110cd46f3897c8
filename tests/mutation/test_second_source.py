"""A second source cannot change what the warehouse says of the report: not its numbers, ranks, claims or headlines."""

import csv
from decimal import Decimal

import duckdb
import pytest
from bench import Bench
from conftest import PROJECT, Warehouse, copy_warehouse

from atp_trade.warehouse import PUBLIC_SCHEMAS

# Two made-up sources: one continues the report with a year missing and has two states, one overlaps with its years.
LATER, OVERLAPPING = "made_up_later", "made_up_overlapping"
STATES = [
    (LATER, "2010-04", True, {2008: 2, 2009: 3}),
    (LATER, "2012-12", True, {2008: 4, 2009: 3, 2011: 5}),
    (OVERLAPPING, "2009-01", False, {2005: 2, 2006: 7, 2008: 2}),
]
# A part of the report's trade of a year, and the trade of three partners in each technology.
MADE_UP = """
    select
        '{source}' as source_id, '{vintage}' as vintage, {year} as data_year,
        product_type, technology_id, region_id, partner_id,
        cast(exports_usd_millions / {part} as decimal(18, 1)) as exports_usd_millions,
        cast(imports_usd_millions / {part} as decimal(18, 1)) as imports_usd_millions
    from core.trade where source_id = 'nsf07329' and data_year = 2000 + {year} % 7
    union all
    select
        '{source}', '{vintage}', {year}, product_type, technology_id, partners.region_id, partners.partner_id,
        cast(exports_usd_millions / {part} / 50 / partners.report_order as decimal(18, 1)),
        cast(imports_usd_millions / {part} / 50 as decimal(18, 1))
    from core.trade cross join marts.dim_partner as partners
    where
        source_id = 'nsf07329' and data_year = 2000 + {year} % 7 and breakdown = 'technology'
        and partners.partner_id in ('CHN', 'CAN', 'JPN')
"""
STAGING = """\
select
    source_id,
    vintage,
    cast(data_year as int) as data_year,
    product_type,
    technology_id,
    region_id,
    partner_id,
    cast(exports_usd_millions as decimal(18, 1)) as exports_usd_millions,
    cast(imports_usd_millions as decimal(18, 1)) as imports_usd_millions,
    cast(null as decimal(18, 1)) as published_balance_usd_millions
from {{ ref('made_up_trade') }}
"""


def add_sources(copy: Warehouse) -> None:
    """Add the made-up sources to a copy of the project, as CONTRIBUTING.md says how."""
    seed = copy.project / "seeds" / "made_up" / "made_up_trade.csv"
    seed.parent.mkdir()
    rows = " union all ".join(
        MADE_UP.format(source=source, vintage=vintage, year=year, part=part)
        for source, vintage, _, years in STATES
        for year, part in years.items()
    )
    with duckdb.connect(str(copy.database), read_only=True) as connection:
        connection.sql(rows).write_csv(str(seed))
        names = connection.sql(rows).columns
    types = "".join(f"        {name}: string\n" for name in names)
    (seed.parent / "_made_up__seeds.yml").write_text(
        f"version: 2\nseeds:\n  - name: made_up_trade\n    config:\n      column_types:\n{types}"
    )
    staging = copy.project / "models" / "staging" / "made_up" / "stg_made_up__trade.sql"
    staging.parent.mkdir()
    staging.write_text(STAGING)
    trade = copy.project / "models" / "core" / "trade.sql"
    last = "    select * from {{ ref('stg_census__trade') }}\n"
    assert trade.read_text().count(last) == 1
    trade.write_text(
        trade.read_text().replace(last, last + "    union all\n    select * from {{ ref('stg_made_up__trade') }}\n")
    )
    with (copy.project / "seeds" / "reference" / "sources.csv").open("a") as sources:
        for source, vintage, is_in_marts, _ in STATES:
            words = ",".join(["Made up"] * 6)
            sources.write(f"{source},{vintage},Made up,Nobody,,,,{str(is_in_marts).lower()},{words}\n")
    # The unit tests of `trade` know its inputs by name.
    unit_tests = copy.project / "models" / "core" / "_core__unit_tests.yml"
    census = "      - input: ref('stg_census__trade')\n"
    assert unit_tests.read_text().count(census) == 2
    unit_tests.write_text(
        unit_tests.read_text().replace(census, f"      - {{input: ref('stg_made_up__trade'), rows: []}}\n{census}")
    )
    shadowed = copy.project / "models" / "core" / "_core__models.yml"
    inputs = "[stg_nsf07329__trade, stg_census__trade, trade_months]"
    assert shadowed.read_text().count(inputs) == 1
    shadowed.write_text(
        shadowed.read_text().replace(
            inputs, "[stg_nsf07329__trade, stg_census__trade, stg_made_up__trade, trade_months]"
        )
    )


@pytest.fixture(scope="module")
def beside(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A build of the project with the made-up sources, every test of it green."""
    copy = copy_warehouse(warehouse, tmp_path_factory.mktemp("second source"))
    add_sources(copy)
    outcome = copy.run("atp", "build")
    assert outcome.returncode == 0, outcome.stdout
    return copy


def test_nothing_of_the_report_changes_beside_other_sources(warehouse: Warehouse, beside: Warehouse) -> None:
    with duckdb.connect(str(beside.database), read_only=True) as connection:
        connection.execute(f"attach '{warehouse.database}' as alone (read_only)")
        relations = connection.execute(
            """
            select schema_name || '.' || table_name, bool_or(column_name = 'source_id')
            from duckdb_columns() where database_name = 'alone' and list_contains(?, schema_name) group by all
            """,
            [[*PUBLIC_SCHEMAS, "core", "metrics"]],
        ).fetchall()
        changed = []
        for relation, has_sources in relations:
            if relation == "metrics.time_spine_daily":
                continue
            of_others = f"where source_id not in ('{LATER}', '{OVERLAPPING}')" if has_sources else ""
            ((rows,),) = connection.execute(
                f"""
                select count(*) from (
                    (from alone.{relation} except all (from {relation} {of_others}))
                    union all
                    ((from {relation} {of_others}) except all from alone.{relation})
                )
                """
            ).fetchall()
            changed += [(relation, rows)] * bool(rows)
    assert len(relations) > 30
    assert changed == []


def test_a_source_in_the_trade_marts_shows_its_latest_state_alone(beside: Warehouse) -> None:
    assert beside.query(
        """
        select source_id, vintage, data_year, base_year, exports_growth_pct is not null
        from marts.trade_totals where source_id <> 'nsf07329' order by data_year
        """
    ) == [
        (LATER, "2012-12", 2008, 2008, False),
        (LATER, "2012-12", 2009, 2008, True),
        (LATER, "2012-12", 2011, 2008, False),
    ]
    assert beside.query(
        "select distinct source_id, vintage from marts.top_partners_by_technology where data_year > 2006"
    ) == [(LATER, "2012-12")]
    assert beside.query(
        """
        select data_year, count(distinct source_id) from marts.merchandise_trade
        where product_type = 'advanced_technology_products' and data_year between 2005 and 2011
        group by data_year order by data_year
        """
    ) == [(2005, 3), (2006, 3), (2007, 1), (2008, 3), (2009, 2), (2010, 1), (2011, 2)]


def test_a_source_with_years_of_another_cannot_enter_the_trade_marts(warehouse: Warehouse) -> None:
    problems = Bench(warehouse).problems(
        "sources_in_the_trade_marts_never_share_a_year",
        ["update seeds.sources set is_in_trade_marts = true"],
        "sources",
    )
    assert len(problems) == 7
    assert (
        "seeds/reference/sources.csv: census_country and nsf07329 both put 2006 into marts.trade_totals; "
        "only one of them can have is_in_trade_marts"
    ) in problems


@pytest.mark.parametrize("left_out", ["source_id", "vintage"])
def test_a_window_that_leaves_out_a_part_of_the_state_is_seen(copy: Warehouse, left_out: str) -> None:
    keys = copy.project / "macros" / "keys.sql"
    windows = keys.read_text()
    assert windows.count("columns(state() + members())") > 2
    kept = {"source_id": "vintage", "vintage": "source_id"}[left_out]
    keys.write_text(windows.replace("columns(state() + members())", f"columns(['{kept}'] + members())"))
    outcome = copy.run(
        *("dbt", "--no-use-colors", "build", "--select", "trade_measures", "month_windows"),
        *("--exclude-resource-type", "unit_test"),
    )
    assert outcome.returncode == 1
    for test in ("trade_measures_ignore_other_sources", "month_windows_ignore_other_sources"):
        assert test in outcome.stdout.partition("in test")[2]


def printed(table: int, year: int) -> dict[str, Decimal]:
    """A year's numbers by partner or group, as Tables 2 to 4 print them."""
    with (PROJECT / "seeds" / "nsf07329" / f"nsf07329_table_{table}.csv").open(newline="") as file:
        return {row["country_or_economy"]: Decimal(row[f"y{year}"]) for row in csv.DictReader(file)}


def partners(region: str | None = None) -> dict[str, str]:
    """The partners of the report, or of one of its groups, by label; without all other countries."""
    with (PROJECT / "seeds" / "reference" / "partners.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["is_residual"] == "false"]
    return {row["report_label"]: row["partner_id"] for row in rows if region in (None, row["region_id"])}


def in_order(table: int, region: str | None = None) -> list[str]:
    """Partners by what a table prints of 2002, the highest first."""
    numbers, ids = printed(table, 2002), partners(region)
    return [ids[label] for label in sorted(ids, key=numbers.__getitem__, reverse=True)]


# The first source's latest year has a fifth of the report's numbers of 2002.
def test_claims_on_partners_are_asked_of_a_later_source(beside: Warehouse) -> None:
    asked = {
        claim: found
        for claim, *found in beside.query(
            f"""
            select claim_id, would_hold, coalesce(latest_members, cast(latest_value as int)::varchar)
            from audit.claims_of_latest_year
            where source_id = '{LATER}' and vintage = '2012-12' and data_year = 2011
            """
        )
    }
    suppliers, customers, balances = in_order(4), in_order(3), in_order(2)
    japan, belgium = suppliers.index("JPN") + 1, in_order(3, "europe").index("BEL") + 1
    imports = printed(4, 2002)
    groups = (label for label in imports if label.startswith(("Asia", "Europe", "NAFTA")))
    over_95 = sum(map(imports.__getitem__, groups)) / imports["Total"] > Decimal("0.95")
    assert asked["japan_is_the_third_largest_supplier"] == [japan == 3, str(japan)]
    assert asked["belgium_is_a_main_european_customer"] == [belgium <= 5, str(belgium)]
    assert asked["the_deficit_with_china_is_the_largest"] == [balances[-1] == "CHN", balances[-1]]
    assert asked["china_canada_and_japan_buy_most"] == [
        customers[:3] == ["CHN", "CAN", "JPN"],
        " ".join(customers[:3]),
    ]
    assert asked["asia_europe_and_north_america_supply_over_95_pct"][0] == over_95
    # The years before the latest are not all there.
    assert asked["annual_deficits_continue"] == [None, None]


# The second source's latest year has half of the report's numbers of 2006, so what was true then is true of it.
def test_what_is_true_of_the_report_is_true_of_a_later_source_with_its_structure(beside: Warehouse) -> None:
    found = beside.query(
        f"""
        select claim_id, would_hold, claims.verdict in ('confirmed', 'fails_on_later_data')
        from audit.claims_of_latest_year as latest inner join audit.claims using (claim_id)
        where
            latest.source_id = '{OVERLAPPING}' and latest.first_year = latest.last_year and would_hold is not null
            and (technologies = 'all' or partners = 'all') and metric not like '%top_three%'
        """
    )
    assert [claim for claim, holds, held in found if holds != held] == []
    assert len(found) > 20
    assert {held for _, _, held in found} == {True, False}


def test_a_later_source_that_lacks_a_year_is_not_asked_about_several(beside: Warehouse) -> None:
    found = beside.query(
        f"""
        select verdict, count(*) from audit.claims_of_latest_year
        where source_id in ('{LATER}', '{OVERLAPPING}') and last_year = data_year and last_year - first_year > 1
        group by verdict
        """
    )
    assert {verdict for verdict, _ in found} == {"not_in_source", "of_its_years"}
    assert sum(claims for _, claims in found) > 40
