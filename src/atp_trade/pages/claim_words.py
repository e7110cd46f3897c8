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
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh")
# What the least and the most of several numbers are called, by how a statistic reduces them and by their sign.
EXTREMES = {
    ("highest", 1): "largest",
    ("highest", -1): "smallest",
    ("lowest", 1): "smallest",
    ("lowest", -1): "largest",
}

# How many of the report's statements have which verdict in the latest year, by the source that is asked.
LATEST_COUNTS = """
    select
        source_id, vintage, data_year, any_value(source_name) as source_name, any_value(publisher) as publisher,
        seeds.verdicts.verdict, phrase, count(claim_id) as items
    from audit.claims_of_latest_year
    inner join marts.dim_source using (source_id, vintage)
    inner join seeds.verdicts using (verdict)
    where stated_by = 'report' and subject = 'latest_year'
    group by source_id, vintage, data_year, seeds.verdicts.verdict, phrase, verdict_order
    order by source_id, verdict_order
"""


def asked_again(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The claims that can be asked of a latest year: as they are `then`, and as they are asked `now`, by source."""
    claims = {row["claim_id"]: row for row in as_dicts(connection.sql("select * from audit.claims"))}
    found = as_dicts(
        connection.sql(
            """
            select
                claim_id, source_id, vintage, data_year, first_year, last_year, verdict, deciding_year, deciding_member,
                latest_value as computed_value, latest_members as computed_members
            from audit.claims_of_latest_year where would_hold is not null
            order by source_id, would_hold, claim_id
            """
        )
    )
    return [{"then": claims[row["claim_id"]], "now": {**claims[row["claim_id"]], **row}} for row in found]


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
        self.sentences = {(row["section"], row["place"]): row for row in rows("select * from seeds.sentences")}
        self.verdicts = rows("select * from seeds.verdicts order by subject, verdict_order")
        self.names: dict[str, str] = {}
        for kind in ("technology", "region", "partner"):
            found = connection.sql(f"select {kind}_id, {kind}_name from marts.dim_{kind}")
            # "Asia (selected economies)" is Asia to a reader who knows the report.
            self.names.update((member, name.split(" (")[0]) for member, name in found.fetchall())
        found = connection.sql("select partner_id, region_id from marts.dim_partner")
        self.region_of = {partner: self.names[region] for partner, region in found.fetchall()}
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

    def in_reading_order(self, claim: Row) -> int:
        """The sentence's place in the report."""
        return self.sentences[claim["section"], claim["place"]]["sentence_order"]

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

    def is_one_place(self, claim: Row) -> bool:
        """Whether a claim says of its worst rank that it is the first, or of its best that it is so far down."""
        reduced_by = self.statistics[claim["statistic"]]["reduced_by"]
        return (
            self.unit_of_result(claim) == "rank"
            and claim["operator"] == "equals"
            and (reduced_by, claim["published_value"] == "1") in (("highest", True), ("lowest", False))
        )

    def condition(self, claim: Row) -> str:
        """What must be true of the data, as in `there is a deficit each time`."""
        statistic, operator = self.statistics[claim["statistic"]], self.operators[claim["operator"]]
        metric, each_time = self.metrics[claim["metric"]], self.is_each_time(claim)
        name, published = metric["phrase"].format(base_year=self.base_year), claim["published_value"]
        if not operator["members_match"] and statistic["taken"] == "value" and metric["above_zero"]:
            side = self.side(claim, Decimal(published) or self.allowed_sign(claim))
            if Decimal(published) == 0 and operator["operator"] in ("over", "under"):
                return f"there is a {side}" + (" each time" if each_time else "")
            if operator["operator"] == "equals":
                name, published = f"the {side}", published.removeprefix("-")
        if self.is_one_place(claim):
            return f"{name} is {ordinal(published)} each time"
        subject = statistic["phrase_each_time" if each_time else "phrase"].format(
            metric=name,
            threshold=claim["threshold"] and written(claim["threshold"], metric["unit"]),
            first_year=claim["first_year"],
            last_year=claim["last_year"],
        )
        if not operator["members_match"]:
            unit = self.unit_of_result(claim)
            number = (
                ordinal(published) if unit == "rank" and operator["operator"] == "equals" else written(published, unit)
            )
            return f"{subject} {operator['phrase']} {number}" + (" each time" if each_time else "")
        is_one = " " not in published
        return f"{subject} {'is' if is_one else operator['phrase']} {self.member_names(published)}"

    def result(self, claim: Row) -> str:
        """What the data say about a claim: a number with its unit, or members by name; empty if they say nothing."""
        if claim["computed_value"] is None and claim["computed_members"] is None:
            return ""
        if claim["published_unit"] == "members":
            return self.member_names(claim["computed_members"])
        value, statistic = claim["computed_value"], self.statistics[claim["statistic"]]
        found, side = self.measure(claim, value), self.side(claim, value)
        if self.is_one_place(claim):
            is_it = value == Decimal(claim["published_value"])
            return f"{found} each time" if is_it else f"{found}{self.deciding(claim)}"
        if not self.is_each_time(claim):
            return found
        of_what = self.deciding(claim)
        if not side or not value:
            return f"{found} at the {statistic['reduced_by']}{of_what}"
        extreme = EXTREMES[statistic["reduced_by"], 1 if value > 0 else -1]
        return f"the {extreme} {side} is {measured(abs(value), self.unit_of_result(claim), 1)}{of_what}"

    def later_result(self, claim: Row) -> str:
        """What the later data say about a claim that names a number."""
        return self.measure(claim, claim["later_value"])

    def measure(self, claim: Row, value: Decimal) -> str:
        """A computed number as `a deficit of 38.28 billion dollars`, `seventh in Europe` or with its unit."""
        unit, side = self.unit_of_result(claim), self.side(claim, value)
        if unit == "rank":
            is_in_region = claim["metric"].endswith("_in_region")
            return ordinal(value) + (f" in {self.region_of[claim['partners']]}" if is_in_region else "")
        return f"a {side} of {measured(abs(value), unit)}" if side and value else measured(value, unit)

    def side(self, claim: Row, value: Decimal) -> str | None:
        """What a result above or below zero is called: a surplus or a deficit, a rise or a fall."""
        statistic = self.statistics[claim["statistic"]]
        named = self.metrics[claim["metric"]] if statistic["taken"] == "value" else statistic
        return named["above_zero" if value > 0 else "below_zero"]

    def allowed_sign(self, claim: Row) -> Decimal:
        """The side of zero on which a claim wants its numbers, if it is zero that it names."""
        return Decimal(-1 if self.operators[claim["operator"]]["lower_digits"] is None else 1)

    def deciding(self, claim: Row) -> str:
        """In brackets, the year and the member of the number that is the result, as far as the claim covers several."""
        covers_members = any(
            " " in claim[keys] or claim[keys] == "*" for keys in ("technologies", "regions", "partners")
        )
        named = (
            [self.names[claim["deciding_member"]]] if covers_members and claim["deciding_member"] in self.names else []
        )
        if claim["first_year"] != claim["last_year"]:
            named.append(str(claim["deciding_year"]))
        return f" ({', '.join(named)})" if named else ""

    def member_names(self, members: str) -> str:
        """Members by name."""
        return ", ".join(self.names.get(member, member) for member in members.split())

    def unit_of_result(self, claim: Row) -> str:
        """The unit of what a claim asks for: a change in percent is in percentage points."""
        is_change = self.statistics[claim["statistic"]]["taken"] in ("signed_end", "yearly_change")
        return "pp" if claim["published_unit"] == "pct" and is_change else claim["published_unit"]


def ordinal(value: Decimal | str) -> str:
    """A rank as a word."""
    place = int(value)
    return ORDINALS[place - 1] if place <= len(ORDINALS) else f"number {place}"


def measured(value: Decimal, unit: str, decimals: int | None = None) -> str:
    """A computed number with its unit, without digits that nobody reads."""
    if decimals is None:
        decimals, _ = UNITS.get(unit, NO_UNIT)
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return written(f"{rounded.normalize():f}", unit)


def written(number: str, unit: str) -> str:
    """A number with its unit and the digits that it has; zero is zero in any unit."""
    _, text = UNITS.get(unit, NO_UNIT)
    if Decimal(number) == 0:
        return "zero"
    return text.format(number if unit == "year" else f"{Decimal(number):,}")
