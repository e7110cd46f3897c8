"""The README's numbers are the project's: a number that nobody compares with the truth goes stale."""

import pytest
from conftest import PROJECT, Warehouse
from counts import number

PAGE = "README.md"
VERDICTS = {
    "confirmed": "confirmed",
    "with a note": "confirmed_with_note",
    "contradicted": "contradicted",
    "not checkable": "not_checkable",
}
VERDICTS_ON_NUMBERS = {
    "exact": "exact",
    "off by rounding": "rounding",
    "within bounds": "within_bounds",
    "without the data": "not_checkable",
    "unexplained": "unexplained",
}


@pytest.mark.parametrize(
    ("pattern", "query"),
    [
        (r"([\d,]+) statements", "select sum(items) from audit.summary where subject = 'claims'"),
        *(
            (
                rf"(\d+) (?:are )?{words}",
                f"select sum(items) from audit.summary where subject = 'claims' and verdict = '{verdict}'",
            )
            for words, verdict in VERDICTS.items()
        ),
        (r"([\d,]+) published numbers", "select sum(items) from audit.summary where subject = 'published_values'"),
        *(
            (
                rf"([\d,]+) (?:are )?{words}",
                f"select sum(items) from audit.summary where subject = 'published_values' and verdict = '{verdict}'",
            )
            for words, verdict in VERDICTS_ON_NUMBERS.items()
        ),
    ],
)
def test_a_count_is_right(warehouse: Warehouse, pattern: str, query: str) -> None:
    assert warehouse.query(query) == [(number(PAGE, pattern),)]


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
            r"most in 2000: by ([\d.]+) billion",
            """
            select max(abs(difference_usd_millions)) from audit.differences where metric = 'balance_usd_millions'
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
