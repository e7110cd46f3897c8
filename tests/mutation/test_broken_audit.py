"""The tests of the audit: claims and figures are broken, and docs/what_tests_catch.md says what is caught.

Not everything can be: a share that only bounds stand behind, a claim that nothing can judge, a bound of our own that
another one could replace. What is not caught is in that page by name, so that it grows or shrinks only with a change of
the page (`make pages` writes it).
"""

import csv
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from bench import Bench
from conftest import PROJECT, Warehouse

PAGE = PROJECT / "docs" / "what_tests_catch.md"
CLAIMS = "nsf07329_claims"
FIGURES = {3: "nsf07329_figure_3", 4: "nsf07329_figure_4"}
OPPOSITES = {
    "equals": "over",
    "about": "over",
    "over": "under",
    "under": "over",
    "at_least": "under",
    "at_most": "over",
    "is": "are",
    "are": "is",
}

# What is broken, by group and name; its seed; the SQL that breaks it.
Breakage = tuple[tuple[str, str], str, str]


def rows(seed_file: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / seed_file).open(newline="") as file:
        return list(csv.DictReader(file))


def claims() -> list[dict[str, str]]:
    return rows(f"nsf07329/{CLAIMS}.csv")


def figure_rows() -> Iterator[tuple[int, str, dict[str, str]]]:
    for figure, seed in FIGURES.items():
        for row in rows(f"nsf07329/{seed}.csv"):
            yield figure, seed, row


def broken_claim(claim: dict[str, str], column: str, value: str) -> Breakage:
    group = "needs other data" if claim["missing_data"] else claim["section"].replace("_", " ")
    name = f"`{claim['claim_id']}`" + (" (narrower)" if claim["reading"] == "narrower" else "")
    sql = (
        f"update seeds.{CLAIMS} set {column} = '{value}' "
        f"where claim_id = '{claim['claim_id']}' and reading = '{claim['reading']}'"
    )
    return (group, name), CLAIMS, sql


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
        "partners": [row["partner_id"] for row in rows("reference/partners.csv")][:-1],
        "regions": [row["region_id"] for row in rows("reference/regions.csv")][1:],
        "technologies": [row["technology_id"] for row in rows("reference/technologies.csv")][1:],
        "product_type": ["all_other_products", "total_merchandise"],
    }
    for claim in claims():
        column = next((name for name in ids if claim[name] != "all"), "product_type")
        *others, last = claim[column].split()
        kind = ids[column]
        if last in kind:
            following = kind[kind.index(last) + 1 :] + kind
            free = [member for member in following if member not in (*others, last)]
            yield broken_claim(claim, column, " ".join([*others, free[0]]))


def shares(change: str) -> Iterator[Breakage]:
    for figure, seed, row in figure_rows():
        for place in (1, 2, 3):
            name = f"Figure {figure}, {row['category']}", row[f"partner_{place}"]
            column = f"share_{place}_pct"
            yield (
                name,
                seed,
                f"update seeds.{seed} set {column} = {column} + {change} where figure_row = {row['figure_row']}",
            )


def places(columns: tuple[str, ...]) -> Iterator[Breakage]:
    for figure, seed, row in figure_rows():
        for one, other in itertools.combinations((1, 2, 3), 2):
            name = f"Figure {figure}, {row['category']}", f"{row[f'partner_{one}']} with {row[f'partner_{other}']}"
            swaps = ", ".join(
                f"{column.format(a)} = {column.format(b)}"
                for column in columns
                for a, b in ((one, other), (other, one))
            )
            yield name, seed, f"update seeds.{seed} set {swaps} where figure_row = {row['figure_row']}"


def labels() -> Iterator[Breakage]:
    for figure, seed in FIGURES.items():
        for one, other in itertools.combinations(rows(f"nsf07329/{seed}.csv"), 2):
            sql = f"""
                update seeds.{seed} set category = case category
                    when '{one["category"]}' then '{other["category"]}' else '{one["category"]}'
                end
                where category in ('{one["category"]}', '{other["category"]}')
            """
            yield (f"Figure {figure}", f"{one['category']} with {other['category']}"), seed, sql


@dataclass(frozen=True)
class Kind:
    """A way to break the audit's seeds, and why some of it cannot be noticed."""

    title: str
    breakages: Callable[[], Iterator[Breakage]]
    why_missed: str


KINDS = {
    "value": Kind(
        "a claim's published value, one unit of its last digit up (of members, the last one replaced)",
        values,
        "Nothing computes what needs other data. Of the others, the report prints no number; the 0, or a bound that a "
        "word of the statement stands for, is ours, and the claim holds with the next number as well.",
    ),
    "operator": Kind(
        "a claim's operator, turned round",
        operators,
        "Nothing computes what needs other data. Of the others, most name members: they are the same in any order and "
        "in this one. One does not hold with either operator, and is on record.",
    ),
    "member": Kind(
        "a claim's member, or the last of several, replaced by the next of its kind",
        members,
        "The statement speaks of the members together, and holds for the other one too.",
    ),
    "share_0_1": Kind(
        "a share of Figure 3 or 4, 0.1 up",
        lambda: shares("0.1"),
        "A technology's shares have only bounds behind them: the places beside, and what partners and areas traded.",
    ),
    "share_5": Kind(
        "a share of Figure 3 or 4, 5 points up",
        lambda: shares("5.0"),
        "As above; the first place has the widest bounds.",
    ),
    "order": Kind(
        "two places of a row swapped, partner and share",
        lambda: places(("partner_{}", "share_{}_pct")),
        "",
    ),
    "partner": Kind(
        "two partners of a row swapped, shares as they are",
        lambda: places(("partner_{}",)),
        "The two shares are so close, or the area so small, that the partners' totals leave room for both.",
    ),
    "label": Kind(
        "two row labels of a figure swapped",
        labels,
        "The areas are small, or the same partners buy of both, and the prose does not speak of them.",
    ),
}

HEAD = """\
<!-- Written by `make pages`; tests/mutation/test_broken_audit.py compares it with what is true. -->

# What the tests catch

A test that cannot fail proves nothing. So the seeds are broken on purpose, one at a time, and a dbt test has to go red.

Of Tables 1 to 4, everything is caught: each of the 1,323 numbers off by 0.1, and each row swapped with one of its next
three (`tests/mutation/test_broken_cells.py`). Of the claims and the figures:
"""


@pytest.fixture(scope="module")
def bench(warehouse: Warehouse) -> Bench:
    return Bench(warehouse)


def test_the_page_says_what_is_caught(bench: Bench, request: pytest.FixtureRequest) -> None:
    caught = {}
    for name, kind in KINDS.items():
        red = {broken: bench.red_test(seed, [sql]) for broken, seed, sql in kind.breakages()}
        caught[name] = len(red), [broken for broken, test in red.items() if test is None]
    page = "\n".join(page_lines(caught)) + "\n"
    if request.config.getoption("--write-pages"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "run `make pages`, and see what changed"


def page_lines(caught: dict[str, tuple[int, list[tuple[str, str]]]]) -> Iterator[str]:
    yield HEAD
    yield "| broken | tried | caught | share |"
    yield "|---|---:|---:|---:|"
    for name, (tried, missed) in caught.items():
        yield f"| {KINDS[name].title} | {tried} | {tried - len(missed)} | {(tried - len(missed)) / tried:.0%} |"
    yield "\nWhat is not caught, by name:"
    for name, (_, missed) in caught.items():
        if missed:
            title = KINDS[name].title
            yield f"\n## {title[0].upper()}{title[1:]}\n\n{KINDS[name].why_missed}\n"
            for group, names in itertools.groupby(sorted(missed, key=lambda item: item[0]), key=lambda item: item[0]):
                yield f"- {group[0].upper()}{group[1:]}: {', '.join(item for _, item in names)}"


# What is there, and one change that asks for what is not, or says nothing definite.
ADDED = {
    "claim_id": "added",
    "reading": "as_worded",
    "section": "summary",
    "place": "nowhere",
    "statement": "China had more than 1 percent, 1999 to 2006.",
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


def test_a_claim_is_added_by_a_row_alone(bench: Bench) -> None:
    assert bench.red_test(CLAIMS, [added({})]) is None


@pytest.mark.parametrize("change", ADDED_AMISS, ids=str)
def test_a_claim_that_asks_for_nothing_turns_a_test_red(bench: Bench, change: dict[str, str | None]) -> None:
    assert bench.red_test(CLAIMS, [added(change)]) is not None
