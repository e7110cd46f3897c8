"""docs/audit.md is what the database says, and explains every word that the ledger of claims may use."""

import pytest
from conftest import PROJECT, Warehouse

from atp_trade import AtpError
from atp_trade.pages.audit import COUNTS_BEGIN, COUNTS_END, PAGE, README, audit_page


def test_the_page_is_current(warehouse: Warehouse) -> None:
    assert (PROJECT / PAGE).read_text() == audit_page(warehouse.database), "run `make pages`"


def test_the_page_explains_the_vocabulary(warehouse: Warehouse) -> None:
    page = (PROJECT / PAGE).read_text()
    words = warehouse.query(
        """
        select statistic, meaning from seeds.statistics
        union all select operator, meaning from seeds.operators
        union all select reading, meaning from seeds.readings
        """
    )
    assert len(words) == 17 + 7 + 4
    assert [word for word, meaning in words if f"| `{word}` | {meaning} |" not in page] == []
    for verdict, phrase, meaning in warehouse.query("select verdict, phrase, meaning from seeds.verdicts"):
        assert f"- **{phrase}** (`{verdict}`): {meaning}.\n" in page


@pytest.mark.parametrize("seed", ["statistics", "operators", "metrics", "verdicts", "readings"])
def test_every_word_says_what_it_is(warehouse: Warehouse, seed: str) -> None:
    columns = "phrase" if seed == "metrics" else "phrase, meaning"
    said = warehouse.query(f"select {columns} from seeds.{seed}")
    assert all(all(text and text == text.strip() for text in row) for row in said)


def test_every_claim_is_on_the_page(warehouse: Warehouse) -> None:
    page = (PROJECT / PAGE).read_text()
    for (statement,) in warehouse.query("select statement from audit.claims"):
        assert statement in page


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        (
            "the_deficit_of_2006_is_38_3_billion",
            "the deficit rounds to 38.3 billion dollars | a deficit of 38.28 billion dollars |",
        ),
        ("asia_buys_about_40_pct", "the share of exports rounds to 40% | 40.03% |"),
        (
            "annual_deficits_continue",
            "there is a deficit in every year | the smallest deficit is 17.5 billion dollars (2002) |",
        ),
        (
            "technology_trade_was_in_surplus_throughout_the_1990s",
            "every year: ours | the smallest surplus is 13.7 billion dollars (1995) |",
        ),
        ("the_deficit_with_china_is_the_largest", "the largest deficit | China |"),
        (
            "china_became_the_largest_supplier_in_2003",
            "first year in which the rank among suppliers is better than second is 2003 |",
        ),
        ("japan_is_the_third_largest_supplier", "the rank among suppliers is third | third |"),
        (
            "ireland_is_the_leading_european_supplier",
            "the rank among Europe's suppliers is first | first in Europe |",
        ),
        (
            "electronics_exports_fell_from_2000_to_2006",
            "from 2000 to 2006 exports fall | a fall of 3.5 billion dollars |",
        ),
        ("at_least_five_areas_are_in_surplus_since_2000", "is at least 5 in every year | 5 at the lowest (2000) |"),
        (
            "the_nuclear_and_materials_deficits_are_small",
            "small | the largest deficit is 1.4 billion dollars (Nuclear technology) |",
        ),
        (
            "belgium_became_a_more_important_supplier",
            "the share was below that of 2000 | a rise of 0.18 percentage",
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
        (None, "does not exist: run `make build` first, or name another file with --db"),
        (b"not a database", "is not a DuckDB database: move it away, or name another file with --db"),
    ],
)
def test_no_page_without_a_database(copy: Warehouse, content: bytes | None, sentence: str) -> None:
    page = copy.project / PAGE
    (copy.project / README).write_text(COUNTS_BEGIN + COUNTS_END)
    copy.database.unlink()
    if content:
        copy.database.write_bytes(content)
    outcome = copy.run("atp", "pages")
    assert outcome.returncode == 1
    assert outcome.stdout == f"atp: {copy.database} {sentence}\n"
    assert not page.exists()


def test_a_page_that_cannot_be_written_is_one_sentence(copy: Warehouse) -> None:
    (copy.project / README).write_text(COUNTS_BEGIN + COUNTS_END)
    (copy.project / "docs").write_text("a file where the folder should be")
    outcome = copy.run("atp", "pages")
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: cannot write {copy.project / PAGE}: ")
    assert outcome.stdout.count("\n") == 1


def test_no_page_is_written_without_a_place_for_the_counts(copy: Warehouse) -> None:
    outcome = copy.run("atp", "pages")
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: cannot read {copy.project / README}: ")
    assert not (copy.project / PAGE).exists()


def test_a_database_of_something_else_has_no_page(copy: Warehouse) -> None:
    copy.database.unlink()
    copy.run("python", "-c", f"import duckdb; duckdb.connect({str(copy.database)!r}).execute('create table t (i int)')")
    with pytest.raises(AtpError, match=r"has no build record \(meta.build\): build it with `make build`"):
        audit_page(copy.database)
