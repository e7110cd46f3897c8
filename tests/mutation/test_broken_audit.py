"""What is broken in the seeds, and who notices: docs/what_tests_catch.md says what is caught, and by what.

Not everything can be: a claim that nothing can judge, a bound that another one could replace, a name of ours. What is
not caught is in that page by name, so that it grows or shrinks only with a change of the page (`make pages` writes it).
"""

import csv
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from bench import LAYERS, Bench
from conftest import PROJECT, Warehouse

PAGE = PROJECT / "docs" / "what_tests_catch.md"
CLAIMS = "nsf07329_claims"
SERIES = "census_merchandise_trade"
FIGURES = {3: "nsf07329_figure_3", 4: "nsf07329_figure_4"}
OPPOSITES = {
    "equals": "over",
    "over": "under",
    "under": "over",
    "at_least": "under",
    "at_most": "over",
    "is": "are",
    "are": "is",
}

# What is broken, by group and name; the SQL that breaks it; the seeds that it breaks.
Breakage = tuple[tuple[str, str], list[str], list[str]]
ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBER = re.compile(rf"\d[\d.]*\d|\d|\b(?:{'|'.join(ONES[1:-1])})\b")


def rows(seed_file: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / seed_file).open(newline="") as file:
        return list(csv.DictReader(file))


def of_the_report(name: str) -> list[dict[str, str]]:
    """Members that the report has."""
    return [row for row in rows(f"reference/{name}.csv") if row["report_label"]]


def claims() -> list[dict[str, str]]:
    return rows(f"nsf07329/{CLAIMS}.csv")


def figure_rows() -> Iterator[tuple[int, str, dict[str, str]]]:
    for figure, seed in FIGURES.items():
        for row in rows(f"nsf07329/{seed}.csv"):
            yield figure, seed, row


def broken(group: str, name: str, seed: str, *sql: str, others: Sequence[str] = ()) -> Breakage:
    return (group, name), list(sql), [seed, *others]


def claim_name(claim: dict[str, str]) -> tuple[str, str]:
    group = "needs other data" if claim["missing_data"] else claim["section"].replace("_", " ")
    return group, f"`{claim['claim_id']}`" + ("" if claim["reading"] == "as_worded" else f" ({claim['reading']})")


def quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def broken_claim(claim: dict[str, str], column: str, value: str, detail: str = "") -> Breakage:
    group, name = claim_name(claim)
    sql = (
        f"update seeds.{CLAIMS} set {column} = {quoted(value)} "
        f"where claim_id = '{claim['claim_id']}' and reading = '{claim['reading']}'"
    )
    return broken(group, name + detail, CLAIMS, sql)


def values() -> Iterator[Breakage]:
    for claim in claims():
        published = claim["published_value"]
        if claim["published_unit"] == "members":
            broken = " ".join([*published.split()[:-1], "nobody"])
        else:
            places = len(published.partition(".")[2])
            broken = str(Decimal(published) + Decimal(1).scaleb(-places))
        yield broken_claim(claim, "published_value", broken)


def operators() -> Iterator[Breakage]:
    for claim in claims():
        yield broken_claim(claim, "operator", OPPOSITES[claim["operator"]])


def members() -> Iterator[Breakage]:
    ids = {
        "partners": [row["partner_id"] for row in of_the_report("partners")][:-1],
        "regions": [row["region_id"] for row in rows("reference/regions.csv")][1:],
        "technologies": [row["technology_id"] for row in of_the_report("technologies")][1:],
        "product_type": ["all_other_products", "total_merchandise"],
    }
    for claim in claims():
        column = next((name for name in ids if claim[name] != "all"), "product_type")
        *others, last = claim[column].split()
        kind = ids[column]
        if last in kind:
            following = kind[kind.index(last) + 1 :] + kind
            free = [member for member in following if member not in (*others, last)]
            yield broken_claim(claim, column, " ".join([*others, *free[:1]]))


def numbers_in_words() -> Iterator[Breakage]:
    """Each number of each statement, in digits or spelled out, one higher."""
    for claim in claims():
        statement = claim["statement"]
        for found in NUMBER.finditer(statement):
            told = found.group()
            if told.isalpha():
                higher = ONES[ONES.index(told) + 1]
            else:
                higher = str(Decimal(told) + Decimal(1).scaleb(-len(told.partition(".")[2])))
            changed = statement[: found.start()] + higher + statement[found.end() :]
            yield broken_claim(claim, "statement", changed, f": {told} as {higher}")


def deletions() -> Iterator[Breakage]:
    for claim in claims():
        if claim["reading"] == "as_worded":
            yield broken(
                *claim_name(claim), CLAIMS, f"delete from seeds.{CLAIMS} where claim_id = '{claim['claim_id']}'"
            )


def hidden() -> Iterator[Breakage]:
    """A claim that can be judged, with a metric that nobody has."""
    for claim in claims():
        if claim["reading"] == "as_worded" and not claim["missing_data"]:
            sql = f"""
                update seeds.{CLAIMS} set missing_data = 'Needs other data.', metric = 'other_data'
                where claim_id = '{claim["claim_id"]}'
            """
            yield broken(*claim_name(claim), CLAIMS, sql)


def shares(change: str) -> Iterator[Breakage]:
    for figure, seed, row in figure_rows():
        for place in (1, 2, 3):
            column = f"share_{place}_pct"
            sql = f"update seeds.{seed} set {column} = {column} + {change} where figure_row = {row['figure_row']}"
            yield broken(f"Figure {figure}, {row['category']}", row[f"partner_{place}"], seed, sql)


def places(columns: tuple[str, ...]) -> Iterator[Breakage]:
    for figure, seed, row in figure_rows():
        for one, other in itertools.combinations((1, 2, 3), 2):
            swaps = ", ".join(
                f"{column.format(a)} = {column.format(b)}"
                for column in columns
                for a, b in ((one, other), (other, one))
            )
            sql = f"update seeds.{seed} set {swaps} where figure_row = {row['figure_row']}"
            name = f"{row[f'partner_{one}']} with {row[f'partner_{other}']}"
            yield broken(f"Figure {figure}, {row['category']}", name, seed, sql)


def outsiders() -> Iterator[Breakage]:
    """A partner of a figure's row replaced by the next one that is not in the row."""
    labels = [row["figure_label"] for row in rows("reference/figure_partner_labels.csv")]
    for figure, seed, row in figure_rows():
        in_row = {row[f"partner_{place}"] for place in (1, 2, 3)}
        for place in (1, 2, 3):
            following = labels[labels.index(row[f"partner_{place}"]) + 1 :] + labels
            outsider = next(label for label in following if label not in in_row)
            sql = f"update seeds.{seed} set partner_{place} = '{outsider}' where figure_row = {row['figure_row']}"
            name = f"{row[f'partner_{place}']} as {outsider}"
            yield broken(f"Figure {figure}, {row['category']}", name, seed, sql)


def labels() -> Iterator[Breakage]:
    for figure, seed in FIGURES.items():
        for one, other in itertools.combinations(rows(f"nsf07329/{seed}.csv"), 2):
            name = f"{one['category']} with {other['category']}"
            yield broken(f"Figure {figure}", name, seed, swapped(seed, "category", "category", one, other))


def swapped(seed: str, key: str, column: str, one: dict[str, str], other: dict[str, str]) -> str:
    """Two rows of a seed with each other's text in a column."""
    return f"""
        update seeds.{seed} set {column} = case {key}
            when {quoted(one[key])} then {quoted(other[column])} else {quoted(one[column])} end
        where {key} in ({quoted(one[key])}, {quoted(other[key])})
    """


def references() -> Iterator[Breakage]:
    """Neighbours in a reference seed with each other's id, code, label, name or definition."""
    for seed, columns in {
        "partners": ("partner_id", "partner_name", "report_label", "schedule_c_code", "iso_alpha_2"),
        "technologies": (
            "technology_name",
            "report_label",
            "census_area_code",
            "definition",
            "counted_in_census_area_code",
        ),
        "regions": ("region_name", "report_label"),
        "figure_partner_labels": ("partner_id",),
    }.items():
        for column in columns:
            for one, other in itertools.pairwise(rows(f"reference/{seed}.csv")):
                key = next(iter(one))
                if one[key] != other[key] and one[column] != other[column]:
                    name = f"{one[key]} with {other[key]}"
                    yield broken(f"{seed}, {column}", name, seed, swapped(seed, key, column, one, other))


def sources() -> Iterator[Breakage]:
    for row in rows("reference/sources.csv"):
        for column, value in row.items():
            if column not in ("source_id", "later_source_id", "is_in_trade_marts"):
                last = "8" if value[-1] == "7" else "7"
                sql = f"""
                    update seeds.sources set {column} = {quoted(value[:-1] + last)}
                    where source_id = '{row["source_id"]}' and vintage = '{row["vintage"]}'
                """
                yield broken(f"{row['source_id']} {row['vintage']}", column, "sources", sql)


def series(change: str) -> Iterator[Breakage]:
    for row in rows(f"census/{SERIES}.csv"):
        for column in list(row)[2:]:
            sql = f"update seeds.{SERIES} set {column} = {column} {change} where data_year = {row['data_year']}"
            yield broken(column, row["data_year"], SERIES, sql)


def neighbours() -> Iterator[tuple[str, str]]:
    """Labels of partners that follow each other in a group of the tables."""
    for one, other in itertools.pairwise(of_the_report("partners")):
        if one["region_id"] == other["region_id"]:
            yield one["report_label"], other["report_label"]


def joint_swaps() -> Iterator[Breakage]:
    """Two neighbours with each other's numbers in Tables 2, 3 and 4 alike."""
    label = "country_or_economy"
    tables = [f"nsf07329_table_{table}" for table in (2, 3, 4)]
    for one, other in neighbours():
        sql = [swapped(table, label, label, {label: one}, {label: other}) for table in tables]
        yield broken("Tables 2, 3 and 4", f"{one} with {other}", tables[0], *sql, others=tables[1:])


def joint_moves() -> Iterator[Breakage]:
    """Ten million of 2006 moved from one neighbour to the other in Table 2 and in Table 3 or 4."""
    for table, sign in ((3, 1), (4, -1)):
        seeds = [f"nsf07329_table_{table}", "nsf07329_table_2"]
        for one, other in neighbours():
            sql = [
                f"""
                update seeds.{seed} set y2006 = y2006 + case country_or_economy
                    when {quoted(one)} then {-10 * times} else {10 * times} end
                where country_or_economy in ({quoted(one)}, {quoted(other)})
                """
                for seed, times in zip(seeds, (1, sign), strict=True)
            ]
            yield broken(f"Tables 2 and {table}", f"{one} to {other}", seeds[0], *sql, others=seeds[1:])


@dataclass(frozen=True)
class Kind:
    """A way to break the audit's seeds, and why some of it cannot be noticed."""

    title: str
    breakages: Callable[[], Iterator[Breakage]]
    why_missed: str


KINDS = [
    Kind(
        "a claim's published value, one unit of its last digit up (of members, the last one replaced)",
        values,
        "Nothing computes what needs other data. Of the others, the report prints no number: the 0 is ours, and the "
        "claim holds with the next number as well.",
    ),
    Kind(
        "a claim's operator, turned round",
        operators,
        "Nothing computes what needs other data. Of the others, most name members: they are the same in any order and "
        "in this one. One does not hold with either operator, and is on record.",
    ),
    Kind(
        "a claim's member, or the last of several, replaced by the next of its kind",
        members,
        "The statement speaks of the members together, and holds for the other one too.",
    ),
    Kind(
        "a number in a statement's words, one higher",
        numbers_in_words,
        "The row asks for a number of that size too, for another purpose, or it is the number of a table, figure or "
        "sentence.",
    ),
    Kind("a claim deleted", deletions, ""),
    Kind("a claim that can be judged, hidden as one that needs other data", hidden, ""),
    Kind("a share of Figure 3 or 4, 0.1 up", lambda: shares("0.1"), ""),
    Kind("a share of Figure 3 or 4, 5 points up", lambda: shares("5.0"), ""),
    Kind("two places of a row swapped, partner and share", lambda: places(("partner_{}", "share_{}_pct")), ""),
    Kind("two partners of a row swapped, shares as they are", lambda: places(("partner_{}",)), ""),
    Kind(
        "a partner of a figure replaced by one outside the row",
        outsiders,
        "",
    ),
    Kind("two row labels of a figure swapped", labels, ""),
    Kind("two neighbours in Tables 2, 3 and 4 swapped in all three", joint_swaps, ""),
    Kind("10 million dollars moved between two neighbours in two tables", joint_moves, ""),
    Kind(
        "two neighbours in a reference seed swapped: id, code, label, name or definition",
        references,
        "Names of groups are ours, and no published list has them.",
    ),
    Kind("a text of a source, its last character changed", sources, "These words are ours."),
    Kind("a number of the Census series, 0.1 up", lambda: series("+ 0.1"), ""),
    Kind("a number of the Census series, 8 percent up", lambda: series("* 1.08"), ""),
]

HEAD = """\
<!-- Written by `make pages`; tests/mutation/test_broken_audit.py compares it with what is true. -->

# What the tests catch

A test that cannot fail proves nothing. So the seeds are broken on purpose, one at a time, and a dbt test has to go red.

Of single errors in Tables 1 to 4, the identities between their numbers catch everything: each of the 1,323 numbers off
by 0.1, and each row swapped with one of its next three (`tests/mutation/test_broken_cells.py`).

For all else, the table counts how many are caught, in three steps. **The numbers**: every test that compares numbers
with other numbers, such as identities and bounds, or claims with the data. **The words**: also the tests that hold a
claim's row to itself and to the list of sentences (`seeds/nsf07329/sentences.csv`): its statement names the member, the
years and the number that the row asks for. **The second reading**: also the comparison with a second transcription of
the report and of its sources (`seeds/second_reading/`).
"""


@pytest.fixture(scope="module")
def bench(warehouse: Warehouse) -> Bench:
    return Bench(warehouse)


def test_the_page_says_what_is_caught(bench: Bench, request: pytest.FixtureRequest) -> None:
    caught = [
        {name: bench.catches(seeds[0], sql, *seeds[1:]) for name, sql, seeds in kind.breakages()} for kind in KINDS
    ]
    page = "\n".join(page_lines(caught)) + "\n"
    if request.config.getoption("--write-pages"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "run `make pages`, and see what changed"
    for kind, layers in zip(KINDS, caught, strict=True):
        assert bool(kind.why_missed) == (None in layers.values()), kind.title


# Of one kind in one seed.
MOST_NAMED = 60


def page_lines(caught: list[dict[tuple[str, str], str | None]]) -> Iterator[str]:
    yield HEAD
    yield f"| broken | tried | {' | and '.join(LAYERS)} |"
    yield "|---|---:|---:|---:|---:|"
    for kind, layers in zip(KINDS, caught, strict=True):
        counts = (sum(layer in LAYERS[: step + 1] for layer in layers.values()) for step in range(len(LAYERS)))
        shown = " | ".join(f"{count} ({count / len(layers):.0%})" for count in counts)
        yield f"| {kind.title} | {len(layers)} | {shown} |"
    yield "\nWhat is not caught, by name:"
    for kind, layers in zip(KINDS, caught, strict=True):
        missed = sorted((name for name, layer in layers.items() if layer is None), key=lambda name: name[0])
        if missed:
            yield f"\n## {kind.title[0].upper()}{kind.title[1:]}\n\n{kind.why_missed}\n"
            for group, names in itertools.groupby(missed, key=lambda name: name[0]):
                items = [item for _, item in names]
                more = [f"and {len(items) - MOST_NAMED} more"] if len(items) > MOST_NAMED else []
                yield f"- {group[0].upper()}{group[1:]}: {', '.join([*items[:MOST_NAMED], *more])}"


# What is there, and one change that asks for what is not, or says nothing definite.
ADDED = {
    "claim_id": "added",
    "reading": "as_worded",
    "stated_by": "report",
    "section": "summary",
    "place": "paragraph 2, sentence 2",
    "statement": "China had more than 1 percent in 2006.",
    "how_measured": "One percent is ours.",
    "source_id": "nsf07329",
    "metric": "export_share_pct",
    "product_type": "advanced_technology_products",
    "technologies": "all",
    "regions": "*",
    "partners": "CHN",
    "first_year": "2006",
    "last_year": "2006",
    "statistic": "value",
    "operator": "over",
    "published_value": "1",
    "published_unit": "pct",
}
ADDED_AMISS = [
    *({column: None} for column in ADDED),
    {"claim_id": "china_buys_about_10_pct"},
    {"reading": "wider"},
    {"reading": "loosely"},
    {"stated_by": "nobody"},
    {"place": "nowhere"},
    {"section": "appendix"},
    {"source_id": "nobody"},
    {"metric": "share_of_the_moon_pct"},
    {"product_type": "planets"},
    {"technologies": "planets"},
    {"technologies": "planets", "missing_data": "Needs more."},
    {"regions": "all"},
    {"regions": "asia"},
    {"partners": "XXX"},
    {"partners": "CHN XXX", "statistic": "sum"},
    {"partners": "CHN CHN", "statistic": "sum"},
    {"partners": "CHN  JPN", "statistic": "sum"},
    {"partners": "* CHN", "statistic": "sum"},
    {"partners": "all CHN", "statistic": "sum"},
    {"partners": "aerospace/CHN"},
    {"partners": "XXX", "missing_data": "Needs more."},
    {"missing_data": "Needs more."},
    {"first_year": "1999", "last_year": "1999"},
    {"first_year": "1999", "statistic": "sum"},
    {"last_year": "2005"},
    {"statistic": "mean"},
    {"operator": "beyond"},
    {"operator": "under"},
    {"published_unit": "usd_billions"},
    {"threshold": "3"},
]


def added(change: dict[str, str | None]) -> str:
    """SQL that adds a claim to the ledger: a sound one, but for the change."""
    claim = {column: value for column, value in {**ADDED, **change}.items() if value is not None}
    values = ", ".join(f"'{value}'" for value in claim.values())
    return f"insert into seeds.{CLAIMS} ({', '.join(claim)}) values ({values})"


# The list of sentences counts the claims of each.
COUNTED = f"""
    update seeds.sentences set claims = claims + 1
    where section = '{ADDED["section"]}' and place = '{ADDED["place"]}'
"""


def test_a_claim_is_added_by_a_row_and_counted(bench: Bench) -> None:
    assert bench.red_test(CLAIMS, [added({}), COUNTED], "sentences") is None
    assert bench.red_test(CLAIMS, [added({})]) == "test.atp_trade.every_sentence_has_its_claims"


@pytest.mark.parametrize("change", ADDED_AMISS, ids=str)
def test_a_claim_that_asks_for_nothing_turns_a_test_red(bench: Bench, change: dict[str, str | None]) -> None:
    assert bench.red_test(CLAIMS, [added(change), COUNTED], "sentences") is not None
