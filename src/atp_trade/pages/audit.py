"""The audit as a page to read: docs/audit.md, and its counts in README.md, written from the published file.

SQL computes; this only sets it out. The text is in templates/, the words are in the vocabularies.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.pages import markdown
from atp_trade.pages.claim_words import LATEST_COUNTS, Row, Vocabulary, asked_again
from atp_trade.places import file_to_read, project_folder
from atp_trade.warehouse import as_dicts, published_data

PAGE = Path("docs", "audit.md")
TEMPLATES = Path(__file__).with_name("templates")
README = Path("README.md")
# The README's counts are between these two lines.
COUNTS_BEGIN, COUNTS_END = "<!-- Counts, written by `make pages` -->\n", "<!-- End of counts -->\n"

BOUNDS = """
    select
        flow, technology_name, partner_name, coalesce(share_pct || '%', ''),
        -- Outward, so that the printed bounds are true too.
        printf('%.1f%%', floor(round(10 * lower_bound_pct, 6)) / 10),
        printf('%.1f%%', ceil(round(10 * upper_bound_pct, 6)) / 10)
    from audit.technology_partner_bounds
    inner join marts.dim_technology using (technology_id)
    inner join marts.dim_partner using (partner_id)
    where {where}
    order by {order}, flow, technology_id, partner_id
    limit 10
"""
# What the page shows beside the claims, by the template's name for it.
QUERIES = {
    "largest_difference": """
        select source_name, later_vintage, data_year, abs(difference_usd_millions) as difference_usd_millions
        from audit.differences
        inner join marts.dim_source on source_id = later_source_id and vintage = later_vintage
        where metric = 'balance_usd_millions'
        order by abs(difference_usd_millions) desc
        limit 1
    """,
    "differences": """
        select
            data_year,
            any_value(report_usd_millions) filter (metric = 'balance_usd_millions'),
            any_value(later_usd_millions) filter (metric = 'balance_usd_millions'),
            any_value(difference_usd_millions) filter (metric = 'balance_usd_millions'),
            any_value(cast(difference_pct as decimal(9, 1))) filter (metric = 'balance_usd_millions'),
            any_value(difference_usd_millions) filter (metric = 'exports_usd_millions'),
            any_value(difference_usd_millions) filter (metric = 'imports_usd_millions')
        from audit.differences group by data_year order by data_year
    """,
    "discrepancies": """
        select table_number, flow, row_label, data_year, published_usd_millions, recomputed_usd_millions, reason
        from seeds.known_discrepancies order by all
    """,
    "swaps": """
        select concat('Figure ', exhibit_number), count(*), count_if(is_excluded), max(largest_misfit_usd_millions)
        from audit.figure_label_swaps
        inner join seeds.exhibits using (flow)
        where kind = 'figure' and unit = 'pct'
        group by exhibit_number order by exhibit_number
    """,
    "printed_bounds": BOUNDS.format(where="share_pct is not null", order="upper_bound_pct - lower_bound_pct"),
    "hidden_bounds": BOUNDS.format(
        where="share_pct is null and lower_bound_pct > 0", order="lower_bound_usd_millions desc"
    ),
    "period": "select last_data_year as last_year from page.headlines",
    "sentences": "select count(*) as items from seeds.sentences",
    "without_claim": """
        select sections.title, place, why_no_claim
        from seeds.sentences inner join seeds.sections using (section)
        where why_no_claim is not null order by sentence_order
    """,
    "readings": "select concat('`', reading, '`'), meaning from seeds.readings order by rowid",
    "statistics": "select concat('`', statistic, '`'), meaning from seeds.statistics order by rowid",
    "operators": "select concat('`', operator, '`'), meaning from seeds.operators order by rowid",
}


def write_audit_page() -> Path:
    """Write docs/audit.md from the published file; its path."""
    return markdown.write_page(PAGE, lambda: audit_page(file_to_read()))


def audit_page(database: Path) -> str:
    """The page as Markdown; AtpError if no green build made the database."""
    return rendered("audit.md", database)


def write_counts() -> Path:
    """Write the audit's counts into README.md; its path. AtpError if the README has no place for them."""
    readme = project_folder() / README
    before, after = around_counts(readme)
    return markdown.write_page(
        README, lambda: f"{before}{COUNTS_BEGIN}{rendered('counts.md', file_to_read())}{COUNTS_END}{after}"
    )


def check_readme() -> None:
    """Refuse a README without a place for the counts, before any page is written."""
    around_counts(project_folder() / README)


def around_counts(readme: Path) -> tuple[str, str]:
    """The README's text before and after its counts. AtpError if it does not have the place for them just once."""
    try:
        text = readme.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AtpError(f"cannot read {readme}: {getattr(error, 'strerror', None) or 'it is not UTF-8'}") from None
    before, _, rest = text.partition(COUNTS_BEGIN)
    _, found, after = rest.partition(COUNTS_END)
    if not found or (text.count(COUNTS_BEGIN), text.count(COUNTS_END)) != (1, 1):
        lines = f"{COUNTS_BEGIN.strip()} and {COUNTS_END.strip()}"
        raise AtpError(f"{readme} must have the lines {lines} once each, in this order: restore them")
    return before, after


def rendered(template: str, database: Path) -> str:
    """A template, filled from the database."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    with published_data(database, "the project's pages") as (connection, _):
        return environment.get_template(template).render(page=Page(connection))


class Page:
    """What the template shows: parts of the page as Markdown. duckdb.Error where the file does not have them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read the words that all parts need."""
        self.connection = connection
        self.words = Vocabulary(connection)

    def claims(self, where: str) -> list[Row]:
        """Claims in the order of the report."""
        found = self.connection.sql(f"select * from audit.claims where {where} order by first_year, claim_id")
        return sorted(as_dicts(found), key=self.words.in_reading_order)

    def count(self, subject: str, verdict: str = "%") -> str:
        """How many have a verdict, or any."""
        query = "select sum(items) from audit.summary where subject = ? and verdict like ?"
        ((items,),) = self.connection.execute(query, [subject, verdict]).fetchall()
        return f"{items:,}"

    def meanings(self, subject: str) -> str:
        """The verdicts on a subject, each with what it means."""
        return "\n".join(
            f"- **{verdict['phrase']}** (`{key}`): {verdict['meaning']}."
            for key, verdict in self.words.verdicts_on(subject).items()
        )

    def summary(self, subject: str, heading: str) -> str:
        """Areas by verdicts, with a line for all of them, from audit.summary."""
        counts = {
            (area, verdict): items
            for area, verdict, items in self.connection.sql(
                f"""
                select coalesce(area, 'all'), verdict, sum(items)
                from audit.summary where subject = '{subject}'
                group by grouping sets ((area, verdict), (verdict))
                """
            ).fetchall()
        }
        areas = sorted({area for area, _ in counts} - {"all"}, key=self.words.area_order)
        verdicts = self.words.verdicts_on("published_values" if subject == "published_values" else "claims")
        return markdown.table(
            [heading, *(verdict["phrase"] for verdict in verdicts.values())],
            [[self.words.area(area), *(counts[area, verdict] for verdict in verdicts)] for area in [*areas, "all"]],
        )

    def in_full(self, claim: Row) -> str:
        """A claim with all that is known of it."""
        printed = f" The report prints {claim['printed_as']}." if claim["printed_as"] else ""
        return (
            f"**{markdown.text(claim['statement'])}** ({self.words.place(claim)})\n\n"
            f"As worded it is true if {self.true_if(claim)}. "
            f"The data give: {self.words.result(claim)}.{printed} {markdown.text(claim['note'])}"
        )

    def true_if(self, claim: Row) -> str:
        """What must be true of the data, and how the words became numbers."""
        how = f". {claim['how_measured'].removesuffix('.')}" if claim["how_measured"] else ""
        return self.words.condition(claim) + how

    def claims_table(self, where: str, *more: str) -> str:
        """Claims in one line each, with more columns by name."""
        columns = {
            "prints": lambda claim: claim["printed_as"],
            "the later data give": self.words.later_result,
            "verdict": lambda claim: self.words.verdicts_on("claims")[claim["verdict"]]["phrase"],
        }
        return markdown.table(
            ["place", "the statement", "true if", "the data give", *more],
            [
                (
                    self.words.place(claim),
                    claim["statement"],
                    self.true_if(claim),
                    self.words.result(claim),
                    *(columns[name](claim) for name in more),
                )
                for claim in self.claims(where)
            ],
        )

    def latest_years(self) -> list[list[Row]]:
        """For each source that goes on after the report, how many statements have which verdict in its latest year."""
        counts = as_dicts(self.connection.sql(LATEST_COUNTS))
        return [list(some) for _, some in groupby(counts, key=lambda row: row["source_id"])]

    def latest_table(self, source_id: str) -> str:
        """The claims that can be asked of a source's latest year, those that would not hold first."""
        asked = [claim for claim in asked_again(self.connection) if claim["now"]["source_id"] == source_id]
        phrases = self.words.verdicts_on("latest_year")
        return markdown.table(
            ["place", "the statement", "its own years give", "the latest years give", "true now if", "verdict"],
            [
                (
                    self.words.place(claim["now"]),
                    claim["now"]["statement"],
                    self.words.result(claim["then"]),
                    self.words.result(claim["now"]),
                    self.words.condition(claim["now"]),
                    phrases[claim["now"]["verdict"]]["phrase"],
                )
                for claim in asked
            ],
        )

    def missing_table(self) -> str:
        """Claims that cannot be judged, with what is missing."""
        return markdown.table(
            ["place", "the report says", "what is missing"],
            [
                (self.words.place(claim), claim["statement"], claim["note"])
                for claim in self.claims("verdict = 'not_checkable'")
            ],
        )

    def one(self, query: str) -> Row:
        """The only row of a query, by column."""
        (row,) = as_dicts(self.connection.sql(QUERIES[query]))
        return row

    def table(self, columns: Sequence[str], query: str) -> str:
        """The rows of a query as a table."""
        return markdown.table(columns, self.connection.sql(QUERIES[query]).fetchall())
