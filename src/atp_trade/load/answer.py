"""What the Bureau's API answers: a table with text in every cell. It is whole and what was asked for, or refused.

What is refused is kept in no part.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from atp_trade import AtpError
from atp_trade.load.http import Answer, TryAgain, check

# The measure of each flow: total exports (domestic goods and re-exports), and general imports.
MEASURES = {"exports": "ALL_VAL_MO", "imports": "GEN_VAL_MO"}
FIRST_MONTH = "2010-01"
COUNTRY, LEVEL, MONTH = "CTY_CODE", "SUMMARY_LVL", "time"
# A country; a country, a group of countries (0003, 5XXX), or all of them.
ONE_COUNTRY = re.compile(r"[1-9]\d{3}", re.ASCII)
COUNTRY_CODE = re.compile(rf"{ONE_COUNTRY.pattern}|00\d\d|\dXXX|-|", re.ASCII)
# Countries with all of them, and groups of countries.
LEVELS = ("DET", "CGP")
# A whole number of dollars, or of units.
NUMBER = re.compile(r"\d{1,18}", re.ASCII)
KEY_PAGE = re.compile(r"missing_key|invalid_key|invalid key|missing key|valid <em>key", re.IGNORECASE)
BROKE_OFF = "There was an error while running your query"

# What a code or a number that is not right is called, and what says whether it is.
Rule = tuple[str, Callable[[str], object]]
Columns = dict[str, list[str | None]]


class KeyRefused(AtpError):
    """The API does not take the key, which no other request will change."""


class AnswerRefused(AtpError):
    """An answer is not what was asked for: one month's matter, and the others may be well."""


def read_table(answer: Answer, wanted: Sequence[str], rules: Mapping[str, Rule]) -> Columns | None:
    """The wanted columns of an answer, each with its values; None if the API has no data.

    KeyRefused, TryAgain, or AnswerRefused with the first row that breaks a rule.
    """
    check_key(answer)
    check(answer)
    if answer.status == 204 or not answer.body.strip():
        if answer.status == 200:
            raise TryAgain("the server answered with nothing")
        return None
    by_column = in_columns(parsed(answer), wanted)
    check_values(by_column, rules)
    return by_column


def check_key(answer: Answer) -> None:
    """Refuse an answer that is about the key: the API says so by a page, which may come with 200, or by a redirect."""
    about = answer.headers.get("location", "") + (answer.text[:5000] if answer.is_page else "")
    if "x-datawebapi-keyerror" in answer.headers or KEY_PAGE.search(about) or answer.status in (401, 403):
        raise KeyRefused(
            "the API does not take the key: look at the one in CENSUS_API_KEY or in the file of the key; "
            "https://api.census.gov/data/key_signup.html gives out keys, and a new one works after its activation"
        )


def parsed(answer: Answer) -> list[list[object]]:
    """The rows of an answer, the header among them."""
    start = answer.body[:2000].decode("utf-8", errors="replace")
    if BROKE_OFF in start or start.lstrip().startswith("error:"):
        raise TryAgain(f"the server answered: {answer.summary()}")
    try:
        # Numbers stay the text that they are: 0.1 + 0.2 and codes among them.
        rows = json.loads(answer.body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise TryAgain("the answer is not whole JSON") from None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise AnswerRefused(f"the answer is not a table: {answer.summary()}")
    if len(rows) < 2:
        raise AnswerRefused("the answer has no rows")
    return rows


def in_columns(answered: list[list[object]], wanted: Sequence[str]) -> Columns:
    """The wanted columns of an answer, in their order. AnswerRefused if a value is missing or contradicts another."""
    header, rows = answered[0], answered[1:]
    places = placed(header, wanted)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise AnswerRefused(f"row {number} has {len(row)} of {len(header)} values")
    by_column = {name: [row[first] for row in rows] for name, (first, *_) in places.items()}
    for name, (_, *others) in places.items():
        for other in others:
            if doubled := first_that(row[other] != value for row, value in zip(rows, by_column[name], strict=True)):
                raise AnswerRefused(f"row {doubled} has two values of {name}")
        if strange := first_that(value is not None and not isinstance(value, str) for value in by_column[name]):
            raise AnswerRefused(f"row {strange} has a value that is no text in {name}")
    return by_column


def first_that(marks: Iterable[bool]) -> int:
    """The number of the first row that is marked; 0 if none is."""
    return next((number for number, mark in enumerate(marks, start=1) if mark), 0)


def placed(header: Sequence[object], wanted: Sequence[str]) -> dict[str, list[int]]:
    """Where each column is: in any order, and more than once, as the API sends back what it was filtered by."""
    places = {name: [index for index, found in enumerate(header) if found == name] for name in wanted}
    if missing := [name for name in wanted if not places[name]]:
        raise AnswerRefused(f"the answer lacks the column {missing[0]}")
    if unknown := [str(name) for name in header if name not in places]:
        raise AnswerRefused(f"the answer has a column that was not asked for: {unknown[0]}")
    return places


def check_values(by_column: Columns, rules: Mapping[str, Rule]) -> None:
    """Refuse codes, a month or a value that cannot be meant, with the first row that has one."""
    for name, (what, is_right) in rules.items():
        wrong = {value for value in {*by_column[name]} if not is_right(value or "")}
        if wrong:
            number, value = next((n, v) for n, v in enumerate(by_column[name], start=1) if v in wrong)
            raise AnswerRefused(f"row {number} has {what}, {name} {value!r}")


def check_keys(by_column: Columns, key: Sequence[str], named: Sequence[str]) -> None:
    """Refuse two rows about the same; blank and `-` are the same total."""
    columns = [by_column[name] for name in key]
    counts = Counter(tuple(value or "-" for value in values) for values in zip(*columns, strict=True))
    found, count = counts.most_common(1)[0]
    if count > 1:
        about = dict(zip(key, found, strict=True))
        raise AnswerRefused(f"{count} rows are about the same, " + ", ".join(f"{name} {about[name]}" for name in named))
