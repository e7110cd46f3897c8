"""Claims and verdicts in words, from the file's vocabularies: what the Markdown page and the web page share.

SQL computed the numbers; here they are only set into sentences.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from atp_trade.warehouse import as_dicts

Row = dict[str, Any]

# How a result is written out, by its unit: with so many decimals, the unit beside it.
UNITS = {
    "usd_billions": (1, "{} billion dollars"),
    "pct": (1, "{}%"),
    "pp": (2, "{} percentage points"),
    "ratio": (3, "{}"),
    "of_all_trade": (3, "{} of all trade"),
    "hhi": (0, "{} of 10,000 points"),
}
NO_UNIT = (0, "{}")
# Metrics whose ratio is of something that has a name.
RATIOS = {"normalized_balance": "of_all_trade"}
# A result beside a printed number to which it rounds.
DECIMALS_BEFORE_ROUNDING = 2
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh")
# What the least and the most of several numbers are called, by how a statistic reduces them and by their sign.
EXTREMES = {
    ("highest", 1): "largest",
    ("highest", -1): "smallest",
    ("lowest", 1): "smallest",
    ("lowest", -1): "largest",
}
# How a rank is compared with another, of which the first is the best.
RANKED = {
    "equals": "is {}",
    "over": "is after the {}",
    "under": "is better than {}",
    "at_least": "is {} or later",
    "at_most": "is {} or better",
}
# The comparison of a number with a statistic's threshold, by which numbers it keeps.
KEPT = {"above": "over", "below": "under", "equal": "equals"}
# What a claim covers several of: how it says that of some, and of each.
CASES = {
    "years": ("in", "in every year"),
    "areas": ("in", "in each area"),
    "parts of the world": ("with", "with each part of the world"),
    "economies": ("for", "for each economy"),
    "cases": ("in", "each time"),
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


def rows_of(connection: duckdb.DuckDBPyConnection, relation: str, order: str = "all") -> list[Row]:
    """All rows of a relation that every build fills. duckdb.Error where the file does not have them."""
    found = as_dicts(connection.sql(f"select * from {relation} order by {order}"))
    if not found:
        raise duckdb.BinderException(f"{relation} has no rows")
    return found


class Vocabulary:
    """The words of the seeds, by key. duckdb.Error where the file does not have them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read all words at once."""

        def by(key: str, seed: str) -> dict[str, Row]:
            return {row[key]: row for row in rows_of(connection, f"seeds.{seed}")}

        self.metrics = by("metric", "metrics")
        self.statistics = by("statistic", "statistics")
        self.operators = by("operator", "operators")
        self.sections = by("section", "sections")
        self.exhibits = by("exhibit_id", "exhibits")
        self.sentences = {(row["section"], row["place"]): row for row in rows_of(connection, "seeds.sentences")}
        self.verdicts = rows_of(connection, "seeds.verdicts", "subject, verdict_order")
        self.names: dict[str, str] = {}
        for kind in ("technology", "region", "partner"):
            found = rows_of(connection, f"marts.dim_{kind}")
            # "Asia (selected economies)" is Asia to a reader who knows the report.
            self.names.update((row[f"{kind}_id"], row[f"{kind}_name"].split(" (")[0]) for row in found)
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

        That is easier to read as a statement about each number: "there is a deficit in every year".
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
        """What must be true of the data, as in `there is a deficit in every year`."""
        is_each = self.is_each_time(claim) or self.is_one_place(claim)
        phrase = self.statistics[claim["statistic"]]["phrase_each_time" if is_each else "phrase"]
        return phrase.format_map(Parts(self, claim)).strip()

    def result(self, claim: Row) -> str:
        """What the data say about a claim: a number with its unit, or members by name; empty if they say nothing."""
        if claim["computed_value"] is None and claim["computed_members"] is None:
            return ""
        if claim["published_unit"] == "members":
            return self.member_names(claim["computed_members"])
        value, statistic = claim["computed_value"], self.statistics[claim["statistic"]]
        found, side = self.measure(claim, value, self.decimals(claim)), self.side(claim, value)
        if self.is_one_place(claim):
            is_it = value == Decimal(claim["published_value"])
            return f"{found} {self.each(claim)}" if is_it else f"{found}{self.deciding(claim)}"
        if not self.is_each_time(claim):
            return found
        of_what = self.deciding(claim)
        if not side or not value:
            return f"{found} at the {statistic['reduced_by']}{of_what}"
        extreme = EXTREMES[statistic["reduced_by"], 1 if value > 0 else -1]
        return f"the {extreme} {side} is {measured(abs(value), self.unit_of_result(claim))}{of_what}"

    def later_result(self, claim: Row) -> str:
        """What the later data say about a claim that names a number."""
        return self.measure(claim, claim["later_value"])

    def measure(self, claim: Row, value: Decimal, decimals: int | None = None) -> str:
        """A computed number as `a deficit of 38.28 billion dollars`, `seventh in Europe` or with its unit."""
        unit, side = self.unit_of_result(claim), self.side(claim, value)
        if unit == "rank":
            is_in_region = claim["metric"].endswith("_in_region")
            return ordinal(value) + (f" in {self.region_of[claim['partners']]}" if is_in_region else "")
        if side and value:
            # A balance falls where a deficit grows: say which of them it is.
            is_of_balance = side != self.metrics[claim["metric"]]["above_zero" if value > 0 else "below_zero"]
            has_sides = self.metrics[claim["metric"]]["above_zero"]
            what = f"a {side} of the balance by" if is_of_balance and has_sides else f"a {side} of"
            return f"{what} {measured(abs(value), unit, decimals)}"
        cases = f" {self.cases(claim)}" if self.statistics[claim["statistic"]]["taken"] == "one" else ""
        return measured(value, unit, decimals) + cases

    def decimals(self, claim: Row) -> int | None:
        """The decimals of a result that is rounded to those of a printed number; None for those of its unit."""
        is_rounded = claim["operator"] == "equals" and self.unit_of_result(claim) in UNITS
        return DECIMALS_BEFORE_ROUNDING if is_rounded else None

    def side(self, claim: Row, value: Decimal) -> str | None:
        """What a result above or below zero is called: a surplus or a deficit, a rise or a fall."""
        statistic = self.statistics[claim["statistic"]]
        named = self.metrics[claim["metric"]] if statistic["taken"] == "value" else statistic
        return named["above_zero" if value > 0 else "below_zero"]

    def several(self, claim: Row) -> list[str]:
        """What a claim covers several of: areas, parts of the world, economies, years."""
        members = {
            "areas": claim["technologies"],
            # Partners are named with all regions, in which they are.
            "parts of the world": claim["regions"] if claim["partners"] == "all" else "all",
            "economies": claim["partners"],
        }
        found = [name for name, ids in members.items() if " " in ids or ids == "*"]
        return found + (["years"] if claim["first_year"] != claim["last_year"] else [])

    def cases(self, claim: Row) -> str:
        """What a claim's numbers are of: of years, of areas and so on, or of both."""
        several = self.several(claim)
        return several[0] if len(several) == 1 else "numbers" if claim["statistic"] == "count" else "cases"

    def each(self, claim: Row) -> str:
        """How a claim says that it is about each of its numbers."""
        return CASES[self.cases(claim)][1]

    def deciding(self, claim: Row) -> str:
        """In brackets, the year and the member of the number that is the result, as far as the claim covers several."""
        several, member = self.several(claim), claim["deciding_member"]
        named = [self.names[member]] if {*several} - {"years"} and member in self.names else []
        return f" ({', '.join(named + [str(claim['deciding_year'])] * ('years' in several))})" if several else ""

    def member_names(self, members: str) -> str:
        """Members by name."""
        return ", ".join(self.names.get(member, member) for member in members.split())

    def unit_of_result(self, claim: Row) -> str:
        """The unit of what a claim asks for: a change in percent is in percentage points."""
        if claim["published_unit"] == "ratio":
            return RATIOS.get(claim["metric"], "ratio")
        is_change = self.statistics[claim["statistic"]]["taken"] in ("signed_end", "yearly_change")
        return "pp" if claim["published_unit"] == "pct" and is_change else claim["published_unit"]


class Parts:
    """The parts of a claim's condition, by the name that the phrases of `seeds.statistics` have for them."""

    def __init__(self, words: Vocabulary, claim: Row) -> None:
        """The parts of one claim."""
        self.words, self.claim = words, claim
        self.statistic, self.row = words.statistics[claim["statistic"]], words.metrics[claim["metric"]]
        self.operator, self.unit = claim["operator"], words.unit_of_result(claim)

    def __getitem__(self, name: str) -> str:
        """One part, worked out when a phrase has it."""
        found = self.claim[name] if name in ("first_year", "last_year") else getattr(self, name)()
        return str(found)

    def metric(self) -> str:
        """What the claim is about."""
        claim, names = self.claim, self.words.names
        region = names.get(claim["regions"], "the region")
        return self.row["phrase"].format(
            base_year=self.words.base_year,
            it=names.get(claim["partners"], "an economy"),
            its=f"{region}'s",
            region=f"{self.words.region_of.get(claim['partners'], 'the region')}'s",
        )

    def metrics(self) -> str:
        """The same for several numbers: `the balances`."""
        the, noun, *more = self.metric().split(" ", 2) if " " in self.metric() else ("", self.metric())
        return " ".join([the, f"{noun}s", *more]) if the else noun

    def measure(self) -> str:
        """By what members are ranked: `deficit`, `exports`, `share of exports`."""
        side = self.row["above_zero" if self.statistic["ranks_from"] == "highest" else "below_zero"]
        return side or self.metric().removeprefix("the ")

    def extreme(self) -> str:
        """The most of it on the side that the numbers are ranked from: `largest deficit`."""
        is_named = self.row["above_zero"] is not None
        return f"{'largest' if is_named else self.statistic['ranks_from']} {self.measure()}"

    def compared(self) -> str:
        """How the result is compared: `is more than`."""
        if self.operator == "equals" and self.unit in UNITS:
            return "rounds to"
        return self.words.operators[self.operator]["phrase"]

    def number(self) -> str:
        """What the report says."""
        return written(self.claim["published_value"], self.unit)

    def how_many(self) -> str:
        """How many cases the claim wants: `at least 5`, or for one number just that."""
        compared = "" if self.operator == "equals" else self.compared().removeprefix("is ").replace("less", "fewer")
        return f"{compared} {self.number()}".strip()

    def cases(self) -> str:
        """What there are several of."""
        return self.words.cases(self.claim)

    def among(self) -> str:
        """How a claim says that something is true of some of them: `in`."""
        return CASES[self.cases()][0]

    def each(self) -> str:
        """How it says so of each."""
        return self.words.each(self.claim)

    def holds(self) -> str:
        """A number beside the bound: `the surplus is more than 10 billion dollars`, `the rank is third or better`."""
        operator, number, unit = self.operator, self.claim["published_value"], self.unit
        if self.statistic["needs_threshold"]:
            operator, number = KEPT[self.statistic["kept"]], self.claim["threshold"]
            unit = RATIOS.get(self.claim["metric"], self.row["unit"])
        above, below = self.row["above_zero"], self.row["below_zero"]
        if unit == "rank":
            return f"{self.metric()} {RANKED[operator].format(ordinal(number))}"
        sign, size = Decimal(number), written(number.removeprefix("-"), unit)
        if above and operator in ("over", "under"):
            inside, outside = (above, below) if operator == "over" else (below, above)
            if sign == 0:
                return f"there is a {inside}"
            is_inside = (sign > 0) == (operator == "over")
            return f"the {inside} is more than {size}" if is_inside else f"any {outside} is less than {size}"
        if above and operator == "equals":
            return f"the {above if sign > 0 else below} rounds to {size}"
        phrase = self.words.operators[operator]["phrase"] if self.statistic["needs_threshold"] else self.compared()
        return f"{self.metric()} {phrase} {written(number, unit)}"

    def moves(self) -> str:
        """A change beside the bound: `the balance falls by more than 33.0 billion dollars`, `exports fall`."""
        metric, number, operator = self.metric(), Decimal(self.claim["published_value"]), self.operator
        rises, falls, does = ("rises", "falls", "does") if metric.startswith("the ") else ("rise", "fall", "do")
        if number == 0 and operator != "equals":
            moves = {"over": rises, "under": falls, "at_least": f"{does} not fall", "at_most": f"{does} not rise"}
            return f"{metric} {moves[operator]}"
        moves, size = rises if number > 0 else falls, written(f"{abs(number)}", self.unit)
        if operator == "equals":
            return f"{metric} {moves} by {size} when rounded"
        if (number > 0) == (operator in ("over", "at_least")):
            return f"{metric} {moves} by {'at least' if operator.startswith('at_') else 'more than'} {size}"
        return f"the change in {metric} {self.compared()} {self.number()}"

    def first_ones(self) -> str:
        """The members that come first: `the first 2 by deficit are, in this order, China, Japan`."""
        ids, phrase = self.claim["published_value"], self.words.operators[self.operator]["phrase"]
        end = "first" if self.row["above_zero"] or self.statistic["ranks_from"] == "highest" else "last"
        by, names, many = f"by {self.measure()}", self.words.member_names(ids), len(ids.split())
        return f"the {end} {by} is {names}" if many == 1 else f"the {end} {many} {by} {phrase} {names}"


def ordinal(value: Decimal | str) -> str:
    """A rank as a word."""
    place = int(value)
    return ORDINALS[place - 1] if place <= len(ORDINALS) else f"number {place}"


def measured(value: Decimal, unit: str, decimals: int | None = None) -> str:
    """A computed number with its unit, in the decimals of the unit or up to some others."""
    digits = UNITS.get(unit, NO_UNIT)[0] if decimals is None else decimals
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return written(f"{rounded if decimals is None else rounded.normalize():f}", unit)


def written(number: str, unit: str) -> str:
    """A number with its unit and the digits that it has, millions of dollars as billions; zero is zero in any unit."""
    if Decimal(number) == 0:
        return "zero"
    if unit == "usd_millions":
        number, unit = f"{Decimal(number).scaleb(-3).normalize():f}", "usd_billions"
    _, text = UNITS.get(unit, NO_UNIT)
    return text.format(number if unit == "year" else f"{Decimal(number):,}")
