"""The audit as a page to read: docs/audit.md, written from the published file. SQL computes; this only sets it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

from atp_trade.catalog import as_dicts
from atp_trade.files import whole_file
from atp_trade.meta import published
from atp_trade.project import file_to_read, project_folder
from atp_trade.report.words import words

PAGE = Path("docs", "audit.md")
Rows = Callable[[str], list[tuple]]

# How a result is written out, by its unit: so many decimals at most, the unit beside it.
UNITS = {
    "usd_billions": (2, "{} billion dollars"),
    "usd_millions": (1, "{} million dollars"),
    "pct": (2, "{}%"),
    "pp": (2, "{} percentage points"),
    "ratio": (3, "{}"),
}
NO_UNIT = (0, "{}")

# What a metric is called where its own name does not read well.
METRICS = {
    "exports_usd_millions": "exports",
    "imports_usd_millions": "imports",
    "export_share_pct": "the share of exports",
    "import_share_pct": "the share of imports",
    "export_rank": "the rank among customers",
    "import_rank": "the rank among suppliers",
    "export_rank_in_region": "the rank among the region's customers",
    "import_rank_in_region": "the rank among the region's suppliers",
    "balance_rank": "the rank by balance",
    "exports_cagr_since_base_pct": "the yearly growth of exports since 2000",
    "normalized_balance": "the balance as a part of all trade",
    "technologies_in_surplus": "the number of areas in surplus",
    "technologies_in_deficit": "the number of areas in deficit",
    "technologies_as_top_three_market": "the number of areas with it among the top three customers",
    "technologies_as_top_three_supplier": "the number of areas with it among the top three suppliers",
    "partners_among_top_three_markets": "the number of its economies among the top three customers",
    "partners_among_top_three_suppliers": "the number of its economies among the top three suppliers",
}

# What a statistic asks of a metric.
STATISTICS = {
    "value": "{metric}",
    "sum": "{metric}, added up,",
    "highest": "the highest value of {metric}",
    "lowest": "the lowest value of {metric}",
    "change": "the change in {metric} from {first_year} to {last_year}",
    "highest_yearly_change": "the highest yearly change in {metric}",
    "lowest_yearly_change": "the lowest yearly change in {metric}",
    "count": "the count of numbers",
    "count_above": "the count of cases with {metric} above {threshold}",
    "count_below": "the count of cases with {metric} below {threshold}",
    "count_equal": "the count of cases with {metric} at exactly {threshold}",
    "first_year_above": "the first year with {metric} above {threshold}",
    "first_year_below": "the first year with {metric} below {threshold}",
    "year_of_highest": "the year with the highest value of {metric}",
    "year_of_lowest": "the year with the lowest value of {metric}",
    "highest_members": "the highest by {metric}",
    "lowest_members": "the lowest by {metric}",
}

# That the highest is under a bound is easier to read as "is under it each time"; the same for the others here.
EACH_TIME = {
    ("highest", "under"): "{metric}",
    ("highest", "at_most"): "{metric}",
    ("lowest", "over"): "{metric}",
    ("lowest", "at_least"): "{metric}",
    ("highest_yearly_change", "under"): "the yearly change in {metric}",
    ("highest_yearly_change", "at_most"): "the yearly change in {metric}",
    ("lowest_yearly_change", "over"): "the yearly change in {metric}",
    ("lowest_yearly_change", "at_least"): "the yearly change in {metric}",
}

OPERATORS = {
    "equals": "is",
    "about": "is about",
    "over": "is over",
    "under": "is under",
    "at_least": "is at least",
    "at_most": "is at most",
    "is": "are, in this order,",
    "are": "are, in any order,",
}

SECTIONS = (
    "introduction",
    "technologies_generating_a_trade_surplus",
    "technologies_generating_a_trade_deficit",
    "top_customers_by_technology_area",
    "top_suppliers_by_technology_area",
    "summary",
    "definitions",
    "tables",
    "figures",
)

VERDICTS = (
    "confirmed",
    "confirmed_with_note",
    "exact",
    "rounding",
    "within_bounds",
    "contradicted",
    "unexplained",
    "not_checkable",
)

OPENING = """\
<!-- Written by `make pages` from the database; edit src/atp_trade/audit_page.py or the seeds, not this page. -->

# The report under audit

NSF InfoBrief 07-329, "Annual Deficits Continue for U.S. Trade in Advanced Technology Products" (August 2007), makes
statements in prose, prints numbers in four tables, and shares in two figures. Here each statement is judged by the
numbers, and each number by the other numbers. The statements are told in our own words; the place says where to find
the report's. The same, to query: `audit.claims`, `audit.published_values` and the relations beside them."""

HOW_CLAIMS = """\
A statement is **confirmed** if the report's numbers bear it out as it is worded. **Confirmed with a note**: it holds in
a narrower sense, or rests on later data of the Census Bureau because the report does not print those years.
**Contradicted**: the numbers say otherwise, in every sense that they can be asked. **Not checkable**: it needs data
that are neither in the report nor in this warehouse.

Below, each statement has beside it what it asks of the numbers. **Each time** means in every year and for every area,
partner or region that it speaks of; the data then give the case that is nearest to failing."""

HOW_NUMBERS = """\
A number is recomputed from *other* published numbers, never from itself. **Exact**: they give the printed digits.
**Rounding**: an identity that the number stands in is off by no more than rounding explains, half a unit of the last
digit for each rounded number that takes part; all numbers of that identity count here. **Within bounds**: nothing gives
the number, but others bound it. **Unexplained**: beyond that; what is counted here stands below as contradicted.
**Not checkable**: data are missing."""

HOW_LABELS = """\
The figures' row labels are lost in the report's text and were restored from the order of Table 1 and the prose. The
dollars argue for them: a partner's shares over all areas must add up to its total in Tables 3 and 4, where a partner
that a row does not name may have up to that row's third place. A swap of two labels is excluded if some partner would
then have bought or sold more, or less, than it did. The prose excludes most of the others
([what_tests_catch.md](what_tests_catch.md))."""

HOW_BOUNDS = """\
No table of the report crosses technology and partner, yet Figures 3 and 4 and Tables 3 and 4 together bound every such
number (`audit.technology_partner_bounds`). The closest for shares that are printed:"""

HIDDEN = """\
And for partners that no row names, what they must have had all the same:"""

VOCABULARY = """\
Each claim is a row of `seeds/nsf07329/nsf07329_claims.csv`: the members and years of a metric (`core.trade_metrics`), a
statistic that makes one result of them, and an operator that compares it with what the report says.

| statistic | the result |
|---|---|
| `value` | the one number |
| `sum`, `highest`, `lowest` | of all the numbers |
| `change` | the last year's less the first year's |
| `highest_yearly_change`, `lowest_yearly_change` | of the changes from each year to the next |
| `count` | how many numbers there are |
| `count_above`, `count_below`, `count_equal` | how many are above, below or at the threshold |
| `first_year_above`, `first_year_below` | the first year in which one is above or below the threshold |
| `year_of_highest`, `year_of_lowest` | the first year with the highest or lowest number |
| `highest_members`, `lowest_members` | the members with the highest or lowest numbers, as many as are named |

| operator | holds if the result |
|---|---|
| `equals` | is the published number when rounded to its printed digits |
| `about` | is less than one unit of the last printed digit away |
| `over`, `under`, `at_least`, `at_most` | is above, below, not below, not above the published number |
| `is`, `are` | is the published members: in this order, in any order |"""


def write_audit_page() -> Path:
    """Write docs/audit.md from the published file; its path."""
    project = project_folder()
    page = project / PAGE
    text = audit_page(file_to_read())
    with whole_file(page) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    return page


def audit_page(database: Path) -> str:
    """The page as Markdown; AtpError if no green build made the database."""
    with published(database) as (connection, _):
        return "\n\n".join(sections(connection)) + "\n"


def sections(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The parts of the page in order."""

    def rows(sql: str) -> list[tuple]:
        return connection.sql(sql).fetchall()

    names = dict(
        rows(
            """
            select partner_id, partner_name from marts.dim_partner
            union all select technology_id, technology_name from marts.dim_technology
            union all select region_id, region_name from marts.dim_region
            """
        )
    )

    def claims(where: str) -> list[dict]:
        found = connection.sql(f"select * from audit.claims where {where} order by place, first_year, claim_id")
        return sorted(as_dicts(found), key=in_reading_order)

    yield OPENING
    yield "## At a glance"
    yield HOW_CLAIMS
    yield summary_table(rows, "claims", "section")
    yield HOW_NUMBERS
    yield summary_table(rows, "published_values", "printed in")
    yield "## Contradicted"
    yield from (in_full(claim, names) for claim in claims("verdict = 'contradicted'"))
    yield "## Confirmed with a note: in a narrower sense"
    narrowed = "verdict = 'confirmed_with_note' and judged_reading = 'narrower'"
    yield from (in_full(claim, names) for claim in claims(narrowed))
    yield "## Confirmed with a note: on later data"
    yield claims_table(claims(f"verdict = 'confirmed_with_note' and not ({narrowed})"), names)
    yield "## The report against today's data"
    yield from vintages(rows, names, claims("not holds_on_later_data"))
    yield "## Numbers that do not add up to the last digit"
    yield "Where a table differs from what its own numbers give, in millions of dollars. All of it is rounding."
    yield table(
        ["table", "flow", "row", "year", "printed", "recomputed", "reason"],
        rows(
            """
            select table_number, flow, row_label, data_year, published_usd_millions, recomputed_usd_millions, reason
            from seeds.known_discrepancies order by all
            """
        ),
    )
    yield "## What the figures imply"
    yield HOW_LABELS
    yield table(
        ["figure", "swaps of two labels", "excluded by dollars", "largest misfit, million dollars"],
        rows(
            """
            select
                case flow when 'exports' then 'Figure 3' else 'Figure 4' end, count(*), count_if(is_excluded),
                max(largest_misfit_usd_millions)
            from audit.figure_label_swaps group by flow order by flow
            """
        ),
    )
    yield HOW_BOUNDS
    yield bounds_table(rows, "share_pct is not null", "upper_bound_pct - lower_bound_pct")
    yield HIDDEN
    yield bounds_table(rows, "share_pct is null and lower_bound_pct > 0", "lower_bound_usd_millions desc")
    yield "## Not checkable"
    yield table(
        ["place", "the report says", "what is missing"],
        [(place(claim), claim["statement"], claim["note"]) for claim in claims("verdict = 'not_checkable'")],
    )
    yield "## Confirmed"
    yield claims_table(claims("verdict = 'confirmed'"), names)
    yield "## How a claim is judged"
    yield VOCABULARY


def summary_table(rows: Rows, subject: str, heading: str) -> str:
    """Areas by verdicts, with a line for all of them, from audit.summary."""
    counts = {
        (area, verdict): items
        for area, verdict, items in rows(
            f"""
            select coalesce(area, 'all'), verdict, sum(items)
            from audit.summary where subject = '{subject}'
            group by grouping sets ((area, verdict), (verdict))
            order by area is null, area
            """
        )
    }
    areas = dict.fromkeys(area for area, _ in counts)
    if subject == "claims":
        areas = dict.fromkeys([*SECTIONS, *areas])
    verdicts = [verdict for verdict in VERDICTS if ("all", verdict) in counts]
    return table(
        [heading, *map(words, verdicts)],
        [[words(area), *(counts[area, verdict] for verdict in verdicts)] for area in areas],
    )


def in_full(claim: dict[str, Any], names: dict[str, str]) -> str:
    """A claim with all that is known of it."""
    printed = f" The report prints {claim['printed_as']}." if claim["printed_as"] else ""
    return (
        f"**{claim['statement']}** ({place(claim)})\n\n"
        f"As worded it holds if {condition(claim, names)}. The data give {result(claim, names)}.{printed} "
        f"{claim['note']}"
    )


def claims_table(claims: Iterable[dict[str, Any]], names: dict[str, str]) -> str:
    """Claims in one line each."""
    return table(
        ["place", "the report says", "prints", "holds if", "the data give"],
        [
            (place(claim), claim["statement"], claim["printed_as"], condition(claim, names), result(claim, names))
            for claim in claims
        ],
    )


def vintages(rows: Rows, names: dict[str, str], fallen: list[dict[str, Any]]) -> Iterator[str]:
    """Both vintages of the totals, and the statements that only the report's own vintage bears out."""
    ((source, vintage, largest_year, largest),) = rows(
        """
        select
            any_value(source_name), any_value(vintage), arg_max(data_year, abs(revision_usd_millions)),
            max(abs(revision_usd_millions))
        from audit.vintages
        inner join marts.dim_source on source_id = later_source_id and vintage = later_vintage
        where metric = 'balance_usd_millions'
        """
    )
    yield (
        f"The Census Bureau has revised its series since 2007. Against its later state ({source}; vintage {vintage}), "
        f"the balance differs most in {largest_year}, by {largest:,} million dollars. Millions of dollars:"
    )
    yield table(
        [
            "year",
            "balance, report",
            "balance, later",
            "revision",
            "revision, percent",
            "exports, revision",
            "imports, revision",
        ],
        rows(
            """
            select
                data_year,
                any_value(report_usd_millions) filter (metric = 'balance_usd_millions'),
                any_value(later_usd_millions) filter (metric = 'balance_usd_millions'),
                any_value(revision_usd_millions) filter (metric = 'balance_usd_millions'),
                any_value(cast(revision_pct as decimal(9, 1))) filter (metric = 'balance_usd_millions'),
                any_value(revision_usd_millions) filter (metric = 'exports_usd_millions'),
                any_value(revision_usd_millions) filter (metric = 'imports_usd_millions')
            from audit.vintages group by data_year order by data_year
            """
        ),
    )
    yield "Statements that hold on the report's data, and would not on the later:"
    yield table(
        ["place", "the report says", "the data give", "the later data give"],
        [
            (
                place(claim),
                claim["statement"],
                result(claim, names),
                measured(claim["later_value"], unit_of_result(claim)),
            )
            for claim in fallen
        ],
    )


def bounds_table(rows: Rows, which: str, order: str) -> str:
    """The closest bounds of trade by technology and partner."""
    return table(
        ["flow", "technology", "partner", "printed share", "at least", "at most"],
        rows(
            f"""
            select
                flow, technology_name, partner_name, coalesce(share_pct || '%', ''),
                printf('%.1f%%', lower_bound_pct), printf('%.1f%%', upper_bound_pct)
            from audit.technology_partner_bounds
            inner join marts.dim_technology using (technology_id)
            inner join marts.dim_partner using (partner_id)
            where {which}
            order by {order}, flow, technology_id, partner_id
            limit 10
            """
        ),
    )


def place(claim: dict[str, Any]) -> str:
    """Where the report makes a claim."""
    return f"{words(claim['section'])}, {claim['place']}"


def in_reading_order(claim: dict[str, Any]) -> tuple[int, int]:
    """Sections as the report has them; in a section the title first and the footnotes last."""
    kind = claim["place"].split()[0]
    return SECTIONS.index(claim["section"]), {"title": 0, "footnote": 2}.get(kind, 1)


def condition(claim: dict[str, Any], names: dict[str, str]) -> str:
    """What must be true of the data, as in `the balance is under zero each time`."""
    metric, asked = claim["metric"], (claim["statistic"], claim["operator"])
    subject = EACH_TIME.get(asked, STATISTICS[claim["statistic"]]).format(
        metric=METRICS.get(metric, "the " + re.sub("_(usd_millions|pct|pp)$", "", metric).replace("_", " ")),
        threshold=claim["threshold"] and written(claim["threshold"], unit_of_metric(metric)),
        first_year=claim["first_year"],
        last_year=claim["last_year"],
    )
    verb = OPERATORS[claim["operator"]]
    if claim["published_unit"] != "members":
        published = written(claim["published_value"], unit_of_result(claim))
        return f"{subject} {verb} {published}" + (" each time" if asked in EACH_TIME else "")
    if " " not in claim["published_value"]:
        verb = "is"
    return f"{subject} {verb} {member_names(claim['published_value'], names)}"


def result(claim: dict[str, Any], names: dict[str, str]) -> str:
    """What the data say to a claim: a number with its unit, or members by name."""
    if claim["published_unit"] == "members":
        return member_names(claim["computed_members"], names)
    found = measured(claim["computed_value"], unit_of_result(claim))
    if (claim["statistic"], claim["operator"]) in EACH_TIME:
        return f"{found} at the {claim['statistic'].partition('_')[0]}"
    return found


def member_names(members: str, names: dict[str, str]) -> str:
    """Members by name."""
    return ", ".join(names.get(member, member) for member in members.split())


def unit_of_metric(metric: str) -> str | None:
    """The unit of a metric's values, which its name ends with; None of counts, ranks and ratios."""
    return next((unit for unit in ("usd_millions", "pct", "pp") if metric.endswith(f"_{unit}")), None)


def unit_of_result(claim: dict[str, Any]) -> str:
    """The unit of what a claim asks for: a change in percent is in percentage points."""
    return "pp" if claim["published_unit"] == "pct" and "change" in claim["statistic"] else claim["published_unit"]


def measured(value: Decimal, unit: str) -> str:
    """A computed number with its unit, without digits that nobody reads."""
    decimals, _ = UNITS.get(unit, NO_UNIT)
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return written(f"{rounded.normalize():f}", unit)


def written(number: str, unit: str | None) -> str:
    """A number with its unit and the digits that it has; zero is zero in any unit."""
    _, text = UNITS.get(unit, NO_UNIT)
    if Decimal(number) == 0:
        return "zero"
    return text.format(number if unit == "year" else f"{Decimal(number):,}")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; numbers stand to the right."""
    rows = [list(row) for row in rows]
    numeric = [bool(rows) and all(isinstance(row[i], (int, Decimal)) for row in rows) for i in range(len(columns))]
    lines = [columns, ["---:" if right else "---" for right in numeric], *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines)


def cell(value: Any) -> str:
    """A value in a table: years and counts as they are, dollars with thousands separators."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,}"
    return str(value).replace("|", "\\|").replace("\n", " ")
