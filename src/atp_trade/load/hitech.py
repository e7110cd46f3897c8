"""The Bureau's API by technology, partner and month: what is asked of it, and what makes an answer whole.

An answer is kept as it came, with its totals and groups of countries. It is refused if it is not what was asked: then
nothing of it is kept.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlencode

from atp_trade import AtpError
from atp_trade.load.http import Answer, TryAgain, check
from atp_trade.load.raw import Version

# The flows, with the measure that the report's numbers continue in: total exports, and general imports.
MEASURES = {"exports": "ALL_VAL_MO", "imports": "GEN_VAL_MO"}
FIRST_MONTH = "2010-01"
COUNTRY, TECHNOLOGY, LEVEL, MONTH = "CTY_CODE", "HITECH", "SUMMARY_LVL", "time"
# A country, a group of countries (0003, 5XXX), or all of them.
COUNTRY_CODE = re.compile(r"[1-9]\d{3}|00\d\d|\dXXX|-|")
# The Bureau's ten areas, what is none of them, and all products.
TECHNOLOGY_CODE = re.compile(r"0\d|10|-|")
# Countries with all of them, and groups of countries.
LEVELS = ("DET", "CGP")
VALUE = re.compile(r"\d{1,18}")
KEY_PAGE = re.compile(r"missing_key|invalid_key|invalid key|missing key|valid <em>key", re.IGNORECASE)
BROKE_OFF = "There was an error while running your query"


class KeyRefused(AtpError):
    """The API does not take the key, which no other request will change."""


class AnswerRefused(AtpError):
    """An answer is not what was asked for: one month's matter, and the others may be well."""


def asked_columns(flow: str) -> list[str]:
    """What is asked for, in the order in which it is kept."""
    return [COUNTRY, "CTY_NAME", TECHNOLOGY, "HITECH_DESC", MEASURES[flow], LEVEL]


def columns(flow: str) -> list[str]:
    """What is kept of an answer: what was asked for, and the month, which comes back as it was asked."""
    return [*asked_columns(flow), MONTH]


def address(base: str, flow: str) -> str:
    """Where a flow is asked for."""
    return f"{base}/timeseries/intltrade/{flow}/hitech"


def parameters(flow: str, month: str) -> dict[str, str]:
    """What is asked of it, without the key: one month, all countries, groups and technologies."""
    return {"get": ",".join(asked_columns(flow)), "time": month}


def request(base: str, flow: str, month: str) -> str:
    """The request as it is kept beside its answer: without the key."""
    return f"{address(base, flow)}?{urlencode(parameters(flow, month), safe=',')}"


def read(answer: Answer, base: str, flow: str, month: str) -> Version | None:
    """An answer as a version to keep; None if the API has no data for the month."""
    check_key(answer)
    check(answer)
    if answer.status == 204 or not answer.body.strip():
        if answer.status == 200:
            raise TryAgain("the server answered with nothing")
        return None
    rows = whole_rows(parsed(answer), flow, month)
    return Version(columns(flow), rows, request(base, flow, month), {"flow": flow, "month": month})


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
    text = answer.text
    if BROKE_OFF in text or text.lstrip().startswith("error:"):
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


def whole_rows(answered: list[list[object]], flow: str, month: str) -> list[tuple[str | None, ...]]:
    """The rows of an answer in the order of our columns. AnswerRefused if they are not what was asked for."""
    header, rows = answered[0], answered[1:]
    places = placed(header, columns(flow))
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
    check_values(by_column, flow, month)
    kept = [*zip(*by_column.values(), strict=True)]
    check_keys(kept, list(places))
    return kept


def first_that(marks: Iterable[bool]) -> int:
    """The number of the first row that is marked; 0 if none is."""
    return next((number for number, mark in enumerate(marks, start=1) if mark), 0)


def placed(header: Sequence[object], wanted: list[str]) -> dict[str, list[int]]:
    """Where each column is: in any order, and more than once, as the API sends back what it was filtered by."""
    places = {name: [index for index, found in enumerate(header) if found == name] for name in wanted}
    if missing := [name for name in wanted if not places[name]]:
        raise AnswerRefused(f"the answer lacks the column {missing[0]}")
    if unknown := [str(name) for name in header if name not in places]:
        raise AnswerRefused(f"the answer has a column that was not asked for: {unknown[0]}")
    return places


def check_values(by_column: dict[str, list[str | None]], flow: str, month: str) -> None:
    """Refuse codes, a month or a value that cannot be meant, with the first row that has one."""
    known: dict[str, tuple[str, Callable[[str], object]]] = {
        COUNTRY: ("an unknown country", COUNTRY_CODE.fullmatch),
        TECHNOLOGY: ("an unknown technology", TECHNOLOGY_CODE.fullmatch),
        LEVEL: ("an unknown level", LEVELS.__contains__),
        MONTH: (f"another month than {month}", month.__eq__),
        MEASURES[flow]: ("no whole number of dollars", VALUE.fullmatch),
    }
    for name, (what, is_right) in known.items():
        wrong = {value for value in {*by_column[name]} if not is_right(value or "")}
        if wrong:
            number, value = next((n, v) for n, v in enumerate(by_column[name], start=1) if v in wrong)
            raise AnswerRefused(f"row {number} has {what}, {name} {value!r}")


def check_keys(rows: Sequence[tuple[str | None, ...]], names: list[str]) -> None:
    """Refuse two rows about the same; blank and `-` are the same total."""
    key = [names.index(name) for name in (COUNTRY, TECHNOLOGY, LEVEL)]
    counts = Counter(tuple(row[index] or "-" for index in key) for row in rows)
    found, count = counts.most_common(1)[0]
    if count > 1:
        raise AnswerRefused(f"{count} rows are about the same, {COUNTRY} {found[0]}, {TECHNOLOGY} {found[1]}")
