"""A broken seed: the build is red, says which file and what, and the last good database stays as it was."""

import hashlib
from collections.abc import Callable

import pytest
from conftest import Warehouse

TABLE_3 = "seeds/report/nsf07329_table_3.csv"


def without_last_year(lines: list[str]) -> list[str]:
    return [line.rpartition(",")[0] for line in lines]


def with_line_4(replacement: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[:3], replacement, *lines[4:]]


CANADA = "Canada,25601.5,21417.5,17420.3,18027.7,20438.5,23035.4,23603.4"
BREAKAGES = {
    "missing year column": (TABLE_3, without_last_year, "missing: y2006"),
    "extra row": (TABLE_3, lambda lines: [*lines, "Atlantis,1.0,1.0,1.0,1.0,1.0,1.0,1.0"], 'row "Atlantis": no technology'),
    "unknown label": (TABLE_3, with_line_4(CANADA.replace("Canada", "Cannada")), 'row "Cannada": no technology'),
    "missing row": (TABLE_3, lambda lines: [line for line in lines if line != CANADA], 'row "Canada": the row is missing'),
    "duplicate row": (TABLE_3, lambda lines: [*lines, CANADA], 'row "Canada": the row stands more than once'),
    "text in a number": (TABLE_3, with_line_4(CANADA.replace("18027.7", "n.a.")), 'line 4 (Canada, 25601.5), column y2003: "n.a."'),
    "thousands separator": (TABLE_3, with_line_4(CANADA.replace("18027.7", '"18,027.7"')), '"18,027.7" is not a number'),
    "missing number": (TABLE_3, with_line_4(CANADA.replace("18027.7", "")), 'column y2003: "" is not a number'),
    "extra digit": (TABLE_3, with_line_4(CANADA.replace("18027.7", "18027.74")), '"18027.74" is not a number'),
    "ragged row": (TABLE_3, with_line_4(CANADA + ",1.0"), "Row 2 has 9 values"),
    "empty file": (TABLE_3, lambda lines: [], "nsf07329_table_3"),
    "other number": (TABLE_3, with_line_4(CANADA.replace("18027.7", "18027.8")), 'Table 2, balance, row "Canada", 2003'),
    "unknown label in a figure": (
        "seeds/report/nsf07329_figure_4.csv",
        with_line_4("3,Weapons,Canadia,15.8,U.K.,15.0,China,13.4"),
        'no partner has the label "Canadia"',
    ),
    "gap in the long-run series": (
        "seeds/census/census_merchandise_trade.csv",
        lambda lines: [line for line in lines if not line.startswith("1995,")],
        "16 of them, where 1990 to 2006 are expected",
    ),
    "region that is not there": (
        "seeds/reference/partners.csv",
        lambda lines: [line.replace("CAN,Canada,Canada,nafta", "CAN,Canada,Canada,nowhere") for line in lines],
        "dim_partner",
    ),
    "discrepancy that is gone": (
        "seeds/audit/known_discrepancies.csv",
        lambda lines: [*lines, "tables_agree,2,balance,Total,2005,-44363.0,-44363.1,made up"],
        'Table 2, balance, row "Total", 2005 (tables_agree): in seeds/audit/known_discrepancies.csv, but the numbers agree',
    ),
    "discrepancy that is not on record": (
        "seeds/audit/known_discrepancies.csv",
        lambda lines: lines[:-1],
        "and not in seeds/audit/known_discrepancies.csv",
    ),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_broken_seed_is_named_and_nothing_is_lost(copy: Warehouse, breakage: str) -> None:
    file, broken, sentence = BREAKAGES[breakage]
    seed = copy.project / file
    seed.write_text("".join(f"{line}\n" for line in broken(seed.read_text().splitlines())))
    before = hashlib.sha256(copy.database.read_bytes()).hexdigest()

    outcome = copy.run("atp", "build")

    assert outcome.returncode == 1
    summary = outcome.stdout.partition("atp: the build is red")[2]
    assert sentence in summary, outcome.stdout
    assert "Traceback" not in outcome.stdout
    assert hashlib.sha256(copy.database.read_bytes()).hexdigest() == before
    assert copy.query("select count(*) from marts.trade_by_partner") == [(45 * 7,)]
