"""The README's numbers are the project's: a number that nobody compares with the truth goes stale."""

from pathlib import Path

import pytest
from conftest import PROJECT, Warehouse
from counts import number

from atp_trade import AtpError
from atp_trade.pages.audit import COUNTS_BEGIN, COUNTS_END, rendered, write_counts

PAGE = "README.md"


def test_the_counts_of_the_audit_are_written_by_the_database(warehouse: Warehouse) -> None:
    readme = (PROJECT / PAGE).read_text()
    counts = readme.partition(COUNTS_BEGIN)[2].partition(COUNTS_END)[0]
    assert counts == rendered("counts.md", warehouse.database), "run `make pages`"
    for subject in ("claims", "published_values"):
        for (items,) in warehouse.query(f"select sum(items)::int from audit.summary where subject = '{subject}'"):
            assert f"{items:,}" in counts
    assert readme.count(COUNTS_BEGIN) == readme.count(COUNTS_END) == 1


def test_a_readme_without_a_place_for_the_counts_is_named(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATP_TRADE_DB", str(warehouse.database))
    (tmp_path / "dbt_project.yml").write_text((PROJECT / "dbt_project.yml").read_text())
    with pytest.raises(AtpError, match=r"cannot read .*README\.md"):
        write_counts()
    begin, end = COUNTS_BEGIN.encode(), COUNTS_END.encode()
    for content, sentence in (
        (b"\xff", r"cannot read .*README\.md: it is not UTF-8"),
        (b"# Nothing to count\n", r"README\.md must have the lines <!-- Counts"),
        (end + begin, "once each, in this order"),
        (begin + b"An introduction\n" + begin + end, "once each, in this order"),
        (begin + end + b"More\n" + end, "once each, in this order"),
    ):
        (tmp_path / PAGE).write_bytes(content)
        with pytest.raises(AtpError, match=sentence):
            write_counts()
        assert (tmp_path / PAGE).read_bytes() == content
    (tmp_path / PAGE).write_bytes(b"# Title\n" + begin + b"old\n" + end + b"Rest\n")
    write_counts()
    assert (tmp_path / PAGE).read_text() == (
        f"# Title\n{COUNTS_BEGIN}{rendered('counts.md', warehouse.database)}{COUNTS_END}Rest\n"
    )


# A value of a year, from the report and from the later series.
LATER = """
    select {} from marts.merchandise_trade as later
    inner join marts.trade_totals as report using (data_year)
    where later.source_id = 'census_country' and product_type = 'advanced_technology_products' and data_year = {}
"""


@pytest.mark.parametrize(
    ("pattern", "query"),
    [
        (r"sold ([\d.]+) billion", "select balance_usd_millions from marts.trade_totals where data_year = 2000"),
        (r"bought ([\d.]+) billion", "select -balance_usd_millions from marts.trade_totals where data_year = 2006"),
        (
            r"fall of ([\d.]+) billion",
            """
            select sum(case data_year when 2000 then balance_usd_millions else -balance_usd_millions end)
            from marts.trade_totals where data_year in (2000, 2006)
            """,
        ),
        (
            r"([\d.]+) billion is trade with China",
            """
            select sum(case data_year when 2000 then balance_usd_millions else -balance_usd_millions end)
            from marts.trade_by_partner where data_year in (2000, 2006) and partner_id = 'CHN'
            """,
        ),
        (
            r"count from 2001 too: the balance fell by ([\d.]+) billion",
            """
            select distinct -total_balance_change_usd_millions from marts.balance_changes
            where first_year = 2001 and last_year = 2006
            """,
        ),
        (
            r"its balance is ([\d.]+) billion dollars lower",
            LATER.format("report.balance_usd_millions - later.balance_usd_millions", 2000),
        ),
        (r"\(imports ([\d.]+) higher", LATER.format("later.imports_usd_millions - report.imports_usd_millions", 2000)),
        (r"exports ([\d.]+) higher", LATER.format("later.exports_usd_millions - report.exports_usd_millions", 2000)),
        (
            r"exports are ([\d.]+) billion lower",
            LATER.format("report.exports_usd_millions - later.exports_usd_millions", 2006),
        ),
        (
            r"that with China by ([\d.]+) billion",
            """
            select -balance_change_usd_millions from marts.balance_changes
            where first_year = 2001 and last_year = 2006 and member_id = 'CHN'
            """,
        ),
        (
            r"information and communications alone is ([\d.]+) billion",
            """
            select -balance_usd_millions from marts.trade_by_technology
            where data_year = 2006 and technology_id = 'information_and_communications'
            """,
        ),
        (
            r"aerospace ([\d.]+) billion",
            """
            select balance_usd_millions from marts.trade_by_technology
            where data_year = 2006 and technology_id = 'aerospace'
            """,
        ),
        (
            r"most for 2000 \(([\d.]+) billion",
            """
            select max_by(later_usd_millions, abs(difference_usd_millions))
            from audit.differences where metric = 'balance_usd_millions'
            having arg_max(data_year, abs(difference_usd_millions)) = 2000
            """,
        ),
    ],
)
def test_a_finding_is_what_the_warehouse_says(warehouse: Warehouse, pattern: str, query: str) -> None:
    ((millions,),) = warehouse.query(query)
    assert round(millions / 1000, 1) == number(PAGE, pattern)


def test_every_mart_is_named(warehouse: Warehouse) -> None:
    page = (PROJECT / PAGE).read_text()
    marts = warehouse.query("select table_name from duckdb_tables() where schema_name = 'marts'")
    assert [mart for (mart,) in marts if f"`{mart}`" not in page] == []
