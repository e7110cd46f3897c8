"""docs/audit.md is what the database says, and explains every word that the ledger of claims may use."""

import pytest
from conftest import PROJECT, Warehouse

from atp_trade import AtpError
from atp_trade.audit_page import OPERATORS, PAGE, STATISTICS, audit_page


def test_the_page_is_current(warehouse: Warehouse) -> None:
    assert (PROJECT / PAGE).read_text() == audit_page(warehouse.database), "run `make pages`"


def test_the_page_explains_the_vocabulary(warehouse: Warehouse) -> None:
    words = {
        word
        for (word,) in warehouse.query(
            "select statistic from seeds.statistics union all select operator from seeds.operators"
        )
    }
    assert len(words) == 17 + 8
    assert {word for word in words if f"`{word}`" not in (PROJECT / PAGE).read_text()} == set()
    assert words == {*STATISTICS, *OPERATORS}


def test_every_claim_is_on_the_page(warehouse: Warehouse) -> None:
    page = (PROJECT / PAGE).read_text()
    for (statement,) in warehouse.query("select statement from audit.claims"):
        assert statement in page


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("the_deficit_of_2006_is_38_3_billion", "the balance is -38.3 billion dollars | -38.28 billion dollars |"),
        ("asia_buys_about_40_pct", "the share of exports is about 40% | 40.03% |"),
        (
            "technology_trade_was_in_surplus_throughout_the_1990s",
            "the balance is over zero each time | 13.69 billion dollars at the lowest |",
        ),
        ("the_deficit_with_china_is_the_largest", "the lowest by the balance is China | China |"),
        ("china_became_the_largest_supplier_in_2003", "the first year with the rank among suppliers below 2 is 2003 |"),
        (
            "belgium_became_a_more_important_supplier",
            "the change in the share of imports from 2000 to 2006 is over zero | 0.18 percentage points |",
        ),
    ],
)
def test_what_a_claim_asks_is_a_sentence(warehouse: Warehouse, claim: str, line: str) -> None:
    ((statement,),) = warehouse.query(f"select statement from audit.claims where claim_id = '{claim}'")
    (found,) = (row for row in (PROJECT / PAGE).read_text().splitlines() if f"| {statement} |" in row and line in row)
    assert found.startswith("| ")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "does not exist: run `make build` first"),
        (b"not a database", "is not a DuckDB database: move it away, or change ATP_TRADE_DB"),
    ],
)
def test_no_page_without_a_database(copy: Warehouse, content: bytes | None, sentence: str) -> None:
    page = copy.project / PAGE
    copy.database.unlink()
    if content:
        copy.database.write_bytes(content)
    outcome = copy.run("atp", "pages")
    assert outcome.returncode == 1
    assert outcome.stdout == f"atp: {copy.database} {sentence}\n"
    assert not page.exists()


def test_a_page_that_cannot_be_written_is_one_sentence(copy: Warehouse) -> None:
    (copy.project / "docs").write_text("a file where the folder should be")
    outcome = copy.run("atp", "pages")
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: cannot write {copy.project / PAGE}: ")
    assert outcome.stdout.count("\n") == 1


def test_a_database_of_something_else_has_no_page(copy: Warehouse) -> None:
    copy.database.unlink()
    copy.run("python", "-c", f"import duckdb; duckdb.connect({str(copy.database)!r}).execute('create table t (i int)')")
    with pytest.raises(AtpError, match="does not say what it is of: build it with `make build`"):
        audit_page(copy.database)
