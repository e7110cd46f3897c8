"""A broken seed: the build is red, says which file and what, and the last good database stays as it was."""

import hashlib
from collections.abc import Callable

import pytest
from conftest import Warehouse

TABLE_3 = "seeds/nsf07329/nsf07329_table_3.csv"
REGIONS = "seeds/reference/regions.csv"
REGISTER = "seeds/nsf07329/known_discrepancies.csv"


def without_last_column(lines: list[str]) -> list[str]:
    return [line.rpartition(",")[0] for line in lines]


def with_line_4(replacement: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[:3], replacement, *lines[4:]]


def replaced(*pairs: tuple[str, str]) -> Callable[[list[str]], list[str]]:
    """Each text, which stands once in the file, by another."""

    def broken(lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        for old, new in pairs:
            assert text.count(old) == 1
            text = text.replace(old, new)
        return text.split("\n")

    return broken


# A billion dollars of exports moved from Indonesia to China, until nothing is left, every sum as before: what no
# identity of the printed numbers sees.
MOVED_EXPORTS = replaced(("13431.6", "14431.6"), ("198.2,208.1", "198.2,-791.9"))
MOVED_BALANCES = replaced(("-16942.3", "-15942.3"), ("-867.9", "-1867.9"))
TWO_YEARS = replaced(("107091.3", "98524.0"), ("120743.1", "-120743.1"))

CLAIMS = "seeds/nsf07329/nsf07329_claims.csv"
CLAIM = (
    "{},as_worded,report,summary,nowhere,{},,,nsf07329,"
    "{},advanced_technology_products,all,*,{},{},2006,{},,{},{},pct,{}"
)
# Claims that ask for what is not there, and claims in words that the ledger does not know.
CLAIMS_ABOUT_NOTHING = {
    "no metric exports_share_pct of advanced_technology_products, all, *, CHN from nsf07329": (
        "exports_share_pct",
        "CHN",
        2006,
        "value",
        "over",
        0,
        "",
    ),
    "no numbers of advanced_technology_products, all, *, NOB in 2006 to 2006": (
        "export_share_pct",
        "NOB",
        2006,
        "value",
        "over",
        0,
        "",
    ),
    "only 1 of the members of advanced_technology_products, all, *, CHN NOB exist": (
        "export_share_pct",
        "CHN NOB",
        2006,
        "sum",
        "over",
        0,
        "",
    ),
    "years are missing between 1999 and 2006": ("export_share_pct", "CHN", 1999, "sum", "over", 0, ""),
    "says that data are missing, but": ("export_share_pct", "CHN", 2006, "value", "over", 0, "None needed."),
}
CLAIMS_IN_OTHER_WORDS = {
    "statistic average is not in seeds/vocabulary/statistics.csv": (
        "export_share_pct",
        "CHN",
        2006,
        "average",
        "over",
        0,
        "",
    ),
    "operator beyond is not in seeds/vocabulary/operators.csv": (
        "export_share_pct",
        "CHN",
        2006,
        "value",
        "beyond",
        0,
        "",
    ),
    "published_value is not a number": ("export_share_pct", "CHN", 2006, "value", "over", "many", ""),
    "a threshold goes with the statistics": ("export_share_pct", "CHN", 2006, "count_above", "over", 0, ""),
    "published_unit does not fit": ("export_rank", "CHN", 2006, "value", "over", 0, ""),
}


def with_claims(claims: dict[str, tuple]) -> Callable[[list[str]], list[str]]:
    """Adds a claim for each sentence that is to be said of it."""
    # The statements name the years of their rows: rows that do not say what they ask end the build before this.
    rows = [
        CLAIM.format(f"claim_{number}", f"China {columns[2]} 2006", *columns)
        for number, columns in enumerate(claims.values())
    ]
    return lambda lines: [*lines, *rows]


def said_of(claims: dict[str, tuple]) -> list[str]:
    return [f"claim claim_{number} (as_worded): {sentence}" for number, sentence in enumerate(claims)]


ATLANTIS = "Atlantis,1.0,1.0,1.0,1.0,1.0,1.0,1.0"
CANADA = "Canada,25601.5,21417.5,17420.3,18027.7,20438.5,23035.4,23603.4"
MEXICO = "Mexico,15071.8,13924.3,12584.6,13604.7,16508.5,16562.3,18661.8"
# What is broken in one build, as much as dbt comes to, since it skips what is made of something red: the files, and the
# sentences that name what is wrong.
BREAKAGES: dict[str, tuple[dict[str, Callable[[list[str]], list[str]]], list[str]]] = {
    "rows, numbers that only the second reading has, and words of claims": (
        {
            TABLE_3: lambda lines: [
                *with_line_4(CANADA.replace("Canada", "Cannada"))(MOVED_EXPORTS(lines)),
                ATLANTIS,
                MEXICO,
            ],
            "seeds/nsf07329/nsf07329_table_2.csv": MOVED_BALANCES,
            "seeds/nsf07329/nsf07329_figure_3.csv": replaced(("Japan,36.9", "Japan,39.6")),
            "seeds/nsf07329/nsf07329_figure_4.csv": with_line_4("3,Weapons,Canadia,15.8,U.K.,15.0,China,13.4"),
            "seeds/census/census_merchandise_trade.csv": lambda lines: [
                line for line in TWO_YEARS(lines) if not line.startswith("2024-06,1995,")
            ],
            "seeds/reference/sources.csv": replaced(("https://www.nsf.gov/", "https://www.nsf.example/")),
            CLAIMS: with_claims(CLAIMS_IN_OTHER_WORDS),
        },
        [
            'row "Atlantis": no technology, region or partner',
            'row "Cannada": no technology',
            'row "Canada": the row is missing',
            'row "Mexico": the row stands more than once',
            'nsf07329_figure_4.csv, row "Weapons", place 1: no partner has the label "Canadia"',
            "years 1989 to 2023, 34 of them in 34 rows, where 1989 to 2023 are expected, each once",
            'seeds/nsf07329/nsf07329_table_2.csv, balance, row "China", 2003: -15942.3, but the second reading has '
            "-16942.3: look it up in the report, and correct this file or seeds/second_reading/",
            'nsf07329_table_3.csv, exports, row "Indonesia", 2003: -791.9, but the second reading has 208.1',
            'seeds/nsf07329/nsf07329_table_3.csv, exports, row "Indonesia", column y2003: -791.9 is negative',
            "seeds/census/census_merchandise_trade.csv, row 1994, column atp_exports_usd_millions: -120743.1",
            "nsf07329_figure_3.csv, figure_row 10, place 1: Japan 39.6, but the second reading has Japan 36.9",
            "seeds/census/census_merchandise_trade.csv, vintage 2024-06, year 1992, atp_exports_usd_millions: 98524.0, "
            "but the second reading has 107091.3: look it up in the months of country.xlsx",
            "seeds/reference/sources.csv, row nsf07329, vintage 2007-03, address: https://www.nsf.example/",
            *said_of(CLAIMS_IN_OTHER_WORDS),
        ],
    ),
    "numbers that do not add up, a register that does not fit, and claims about nothing": (
        {
            CLAIMS: with_claims(CLAIMS_ABOUT_NOTHING),
            TABLE_3: with_line_4(CANADA.replace("18027.7", "18027.8")),
            REGISTER: lambda lines: [*lines[:-1], "tables_agree,2,balance,Total,2005,-44363.0,-44363.1,made up"],
        },
        [
            'Table 2, balance, row "Canada", 2003',
            "recomputed 290847.9, and not in seeds/nsf07329/known_discrepancies.csv",
            'row "Total", 2005 (tables_agree): in seeds/nsf07329/known_discrepancies.csv, but the numbers agree',
            *said_of(CLAIMS_ABOUT_NOTHING),
        ],
    ),
    "a file each, and references that only the second reading has": (
        {
            "seeds/reference/partners.csv": replaced(
                ("1220", "?"), ("2010", "1220"), ("?", "2010"), ("JPN,Japan,Japan,asia", "JPN,Japan,Japan,nowhere")
            ),
            "seeds/reference/technologies.csv": replaced(("guided missiles", "missiles")),
            "seeds/nsf07329/nsf07329_figure_3.csv": without_last_column,
            "seeds/nsf07329/nsf07329_figure_4.csv": lambda lines: [line.replace(",15.8,", ",n.a.,") for line in lines],
            "seeds/nsf07329/nsf07329_table_1.csv": lambda lines: [
                line.replace("1728.8", '"1,728.8"') for line in lines
            ],
            "seeds/nsf07329/nsf07329_table_2.csv": lambda lines: [line.replace("5308.0", "") for line in lines],
            TABLE_3: with_line_4(CANADA.replace("18027.7", "18027.74")),
            "seeds/nsf07329/nsf07329_table_4.csv": lambda lines: [*lines[:-1], lines[-1] + ",1.0"],
            "seeds/vocabulary/operators.csv": lambda lines: [line.replace(",true,", ",yes,") for line in lines],
            "seeds/reference/sources.csv": lambda lines: [lines[0].replace("source_name", "title"), *lines[1:]],
            "seeds/reference/group_sizes.csv": lambda lines: [
                line.replace("eu,2004-05-01", "eu,2004-5-1") for line in lines
            ],
            "seeds/nsf07329/sections.csv": lambda lines: [*lines[:-1], lines[-1].rsplit(",", 1)[0] + ",4294967297"],
        },
        [
            "nsf07329_figure_3.csv: the header must be",
            "(missing: share_3_pct)",
            '"n.a." is not a number',
            'line 3 (Exports, Biotechnologies), column y2000: "1,728.8" is not a number with 1 decimal(s)',
            'line 4 (Canada, 4115.5), column y2000: "" is not a number',
            '"18027.74" is not a number',
            "nsf07329_table_4.csv: Row 50 has 9 values",
            "(missing: source_name) (not declared: title)",
            '"4294967297" is not a whole number of up to 9 digits',
            'line 7 (eu, 2004-5-1), column valid_from: "2004-5-1" is not a date as 2004-05-01',
            'line 2 (equals, -0.5), column has_edges: "yes" is not true or false',
            'seeds/reference/partners.csv, row "Canada", schedule_c_code: 2010, but the second reading has 1220',
            'seeds/reference/partners.csv, row "Japan", label of its region: nothing, but the second reading has Asia',
            'seeds/reference/technologies.csv, row "Weapons", definition, "guided missiles": nothing, but the second '
            "reading has this term",
        ],
    ),
}


def break_seed(copy: Warehouse, file: str, broken: Callable[[list[str]], list[str]]) -> None:
    seed = copy.project / file
    seed.write_text("".join(f"{line}\n" for line in broken(seed.read_text().splitlines())))


def red_summary(copy: Warehouse) -> str:
    """What a red build says at its end, once it is known that it left the published file as it was."""
    before = hashlib.sha256(copy.database.read_bytes()).hexdigest()
    outcome = copy.run("atp", "build")
    assert outcome.returncode == 1
    assert "Traceback" not in outcome.stdout
    assert hashlib.sha256(copy.database.read_bytes()).hexdigest() == before
    assert copy.query("select count(*) from marts.trade_by_partner") == [(45 * 7,)]
    return outcome.stdout.partition("atp: the build is red")[2] or outcome.stdout


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_what_is_broken_is_named_and_nothing_is_lost(untried: Warehouse, breakage: str) -> None:
    files, sentences = BREAKAGES[breakage]
    for file, broken in files.items():
        break_seed(untried, file, broken)
    summary = red_summary(untried)
    assert [sentence for sentence in sentences if sentence not in summary] == [], summary


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        (REGIONS, "a,b\nFinl\u00e4nd,1\n".encode("latin-1"), "line 2, is not UTF-8: save the file as UTF-8"),
        (REGIONS, b"", "has no rows: restore it"),
        (REGIONS, b"region_id,region_name,report_label,report_order,is_residual\n", "has no rows: restore it"),
        ("models/marts/trade_totals.sql", b"select 1 -- \xff\n", "line 1, is not UTF-8: save the file as UTF-8"),
        ("seeds/folder.csv", None, "is not a file: move it away"),
        ("dbt_project.yml", b"model-paths: [models, more]\n", "and no other folder: move the files there"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(copy: Warehouse, file: str, content: bytes | None, sentence: str) -> None:
    path = copy.project / file
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    outcome = copy.run("atp", "build")
    assert outcome.returncode == 1
    assert outcome.stdout.startswith(f"atp: {file}")
    assert outcome.stdout.endswith(f"{sentence}\n")
