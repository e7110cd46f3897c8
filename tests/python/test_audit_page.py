"""docs/audit.md is what the database says, and explains every word that the ledger of claims may use."""

import re

import pytest
from conftest import PROJECT, Warehouse

from atp_trade import AtpError
from atp_trade.audit_page import PAGE, audit_page


def test_the_page_is_current(warehouse: Warehouse) -> None:
    assert (PROJECT / PAGE).read_text() == audit_page(warehouse.database), "run `make audit-page`"


def test_the_page_explains_the_vocabulary() -> None:
    macros = (PROJECT / "macros" / "claims.sql").read_text()
    words = set(re.findall(r"^        '(\w+)': '", macros, flags=re.MULTILINE))
    assert len(words) == 17 + 8
    assert {word for word in words if f"`{word}`" not in (PROJECT / PAGE).read_text()} == set()


def test_every_claim_is_on_the_page(warehouse: Warehouse) -> None:
    page = (PROJECT / PAGE).read_text()
    for (statement,) in warehouse.query("select statement from audit.claims"):
        assert statement in page


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
    outcome = copy.run("atp", "audit-page")
    assert outcome.returncode == 1
    assert outcome.stdout == f"atp: {copy.database} {sentence}\n"
    assert not page.exists()


def test_a_page_that_cannot_be_written_is_one_sentence(copy: Warehouse) -> None:
    (copy.project / "docs").write_text("a file where the folder should be")
    outcome = copy.run("atp", "audit-page")
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: cannot write {copy.project / PAGE}: ")
    assert outcome.stdout.count("\n") == 1


def test_a_database_of_something_else_has_no_page(copy: Warehouse) -> None:
    copy.database.unlink()
    copy.run("python", "-c", f"import duckdb; duckdb.connect({str(copy.database)!r}).execute('create table t (i int)')")
    with pytest.raises(AtpError, match="has no audit to write"):
        audit_page(copy.database)
