"""Claims and verdicts in words, from the file's vocabularies: what the Markdown page and the web page share.

SQL computed the numbers; here they are only set into sentences.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from atp_trade.warehouse import as_dicts

Row = dict[str, Any]

# How a result is written out, by its unit: so many decimals at most, the unit beside it.
UNITS = {
    "usd_billions": (2, "{} billion dollars"),
    "usd_millions": (1, "{} million dollars"),
    "pct": (2, "{}%"),
    "pp": (2, "{} percentage points"),
    "ratio": (3, "{}"),
}
NO_UNIT = (0, "{}")
# The title of a section comes before its paragraphs, its footnotes after them.
ORDER_IN_SECTION = {"title": 0, "footnote": 2}


class Vocabulary:
    """The words of the seeds, by key. duckdb.Error where the file does not have them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read all words at once."""

        def rows(sql: str) -> list[Row]:
            return as_dicts(connection.sql(sql))

        def by(key: str, seed: str) -> dict[str, Row]:
            return {row[key]: row for row in rows(f"select * from seeds.{seed}")}

        self.metrics = by("metric", "metrics")
        self.statistics = by("statistic", "statistics")
        self.operators = by("operator", "operators")
        self.sections = by("section", "sections")
        self.exhibits = by("exhibit_id", "exhibits")
        self.verdicts = rows("select * from seeds.verdicts order by subject, verdict_order")
        self.names: dict[str, str] = {}
        for kind in ("technology", "region", "partner"):
            found = connection.sql(f"select {kind}_id, {kind}_name from marts.dim_{kind}")
            self.names.update(found.fetchall())
        ((self.base_year,),) = connection.sql("select first_data_year from page.headlines").fetchall()

    def verdicts_on(self, subject: str) -> dict[str, Row]:
        """The verdicts on claims or published values, in their order."""
        return {row["verdict"]: row for row in self.verdicts if row["subject"] == subject}

    def area(self, area: str) -> str:
        """A part of the report by name: a section, a table or figure, or the prose."""
        if area in self.sections:
            return self.sections[area]["title"]
        if area in self.exhibits:
            return "{kind} {exhibit_number}".format(**self.exhibits[area]).capitalize()
        return area.capitalize()

    def area_order(self, area: str) -> int:
        """Sections, or tables and figures, as the report has them; the prose comes last."""
        if area in self.sections:
            return self.sections[area]["section_order"]
        return self.exhibits[area]["exhibit_order"] if area in self.exhibits else len(self.exhibits) + 1

    def in_reading_order(self, claim: Row) -> tuple[int, int]:
        """Sections as the report has them; in a section the title first and the footnotes last."""
        kind = claim["place"].split()[0]
        return self.sections[claim["section"]]["section_order"], ORDER_IN_SECTION.get(kind, 1)

    def place(self, claim: Row) -> str:
        """Where the report makes a claim."""
        return f"{self.area(claim['section'])}, {claim['place']}"

    def is_each_time(self, claim: Row) -> bool:
        """Whether a claim says of its highest number that it is under a bound, or of its lowest that it is above one.

        That is easier to read as a statement about each number: "the balance is under zero each time".
        """
        statistic, operator = self.statistics[claim["statistic"]], self.operators[claim["operator"]]
        open_end = {"highest": "lower_digits", "lowest": "upper_digits"}.get(statistic["reduced_by"])
        return statistic["phrase_each_time"] is not None and open_end is not None and operator[open_end] is None

    def condition(self, claim: Row) -> str:
        """What must be true of the data, as in `the balance is under zero each time`."""
        statistic, operator = self.statistics[claim["statistic"]], self.operators[claim["operator"]]
        metric, each_time = self.metrics[claim["metric"]], self.is_each_time(claim)
        subject = statistic["phrase_each_time" if each_time else "phrase"].format(
            metric=metric["phrase"].format(base_year=self.base_year),
            threshold=claim["threshold"] and written(claim["threshold"], metric["unit"]),
            first_year=claim["first_year"],
            last_year=claim["last_year"],
        )
        if not operator["members_match"]:
            published = written(claim["published_value"], self.unit_of_result(claim))
            return f"{subject} {operator['phrase']} {published}" + (" each time" if each_time else "")
        is_one = " " not in claim["published_value"]
        return f"{subject} {'is' if is_one else operator['phrase']} {self.member_names(claim['published_value'])}"

    def result(self, claim: Row) -> str:
        """What the data say about a claim: a number with its unit, or members by name."""
        if claim["published_unit"] == "members":
            return self.member_names(claim["computed_members"])
        found = measured(claim["computed_value"], self.unit_of_result(claim))
        return (
            f"{found} at the {self.statistics[claim['statistic']]['reduced_by']}" if self.is_each_time(claim) else found
        )

    def later_result(self, claim: Row) -> str:
        """What the later data say about a claim that names a number."""
        return measured(claim["later_value"], self.unit_of_result(claim))

    def member_names(self, members: str) -> str:
        """Members by name."""
        return ", ".join(self.names.get(member, member) for member in members.split())

    def unit_of_result(self, claim: Row) -> str:
        """The unit of what a claim asks for: a change in percent is in percentage points."""
        is_change = self.statistics[claim["statistic"]]["taken"] in ("signed_end", "yearly_change")
        return "pp" if claim["published_unit"] == "pct" and is_change else claim["published_unit"]


def measured(value: Decimal, unit: str) -> str:
    """A computed number with its unit, without digits that nobody reads."""
    decimals, _ = UNITS.get(unit, NO_UNIT)
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return written(f"{rounded.normalize():f}", unit)


def written(number: str, unit: str) -> str:
    """A number with its unit and the digits that it has; zero is zero in any unit."""
    _, text = UNITS.get(unit, NO_UNIT)
    if Decimal(number) == 0:
        return "zero"
    return text.format(number if unit == "year" else f"{Decimal(number):,}")
