"""What goes wrong on the way ends in a try that works, or in one sentence; nothing is lost, and nothing half-loaded."""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import duckdb
import pytest
from bureau import INVALID_KEY, KEY, Bureau, Fault, Handler, bureau, project

from atp_trade import AtpError
from atp_trade.load import http
from atp_trade.load.atp import load_atp

MONTHS = ("2010-01", "2010-02", "2010-03")
AT_FAULT = "2010-02"
PAGE = "<!DOCTYPE html><html><body><h1>Service</h1> is down</body></html>"


def status(code: int, text: str = "", kind: str = "text/plain", **headers: str) -> Fault:
    return lambda handler, _: handler.send(code, text.encode(), kind, **headers)


def stalls(handler: Handler, table: list[list[str]]) -> None:
    """Say nothing for longer than a load waits."""
    time.sleep(2 * http.LIMIT_SECONDS)
    handler.send(200, json.dumps(table).encode())


def drips(handler: Handler, _: list[list[str]]) -> None:
    """Send something all the time, and never come to an end."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b" ")
        time.sleep(http.LIMIT_SECONDS / 5)
    handler.close_connection = True


def is_cut(handler: Handler, table: list[list[str]]) -> None:
    """Close the connection in the middle of the body."""
    body = json.dumps(table).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def says_nothing(handler: Handler, _: list[list[str]]) -> None:
    """Close the connection without an answer."""
    handler.close_connection = True


def is_truncated(handler: Handler, table: list[list[str]]) -> None:
    handler.send(200, json.dumps(table).encode()[:-30])


def edited(edit: Callable[[list[list]], object]) -> Fault:
    """The right answer, changed."""

    def answer(handler: Handler, table: list[list]) -> None:
        changed = edit(table)
        handler.send(200, json.dumps(table if changed is None else changed).encode())

    return answer


def with_value(column: str, value: object) -> Fault:
    """The right answer with another value in its third row."""

    def edit(table: list[list]) -> None:
        table[3][table[0].index(column)] = value

    return edited(edit)


def without(column: str) -> Fault:
    def edit(table: list[list]) -> list[list]:
        place = table[0].index(column)
        return [row[:place] + row[place + 1 :] for row in table]

    return edited(edit)


def rows_by_month(project: Path) -> dict[tuple[str, str], list[tuple]]:
    """What is loaded of each flow and month, without when; every file is read."""
    found = {}
    for file in sorted((project / "data").rglob("*.parquet")):
        _, _, flow, month, _ = file.relative_to(project).parts
        assert (flow, month) not in found
        rows = duckdb.read_parquet(str(file.relative_to(project))).fetchall()
        found[flow, month] = sorted(row[:-2] for row in rows)
    assert not [*(project / "data").rglob("*.unfinished")]
    return found


# What may be another answer next time.
PASSING = {
    "429": status(429),
    "429 with a time to wait": status(429, Retry_After="0"),
    "429 with a date": status(429, Retry_After="Thu, 01 Jan 2015 00:00:00 GMT"),
    "429 with nonsense": status(429, Retry_After="soon"),
    "500": status(500, "java.lang.NullPointerException"),
    "502 with a page": status(502, PAGE, "text/html"),
    "503": status(503),
    "504": status(504),
    "a stall": stalls,
    "a body without an end": drips,
    "cut in mid-body": is_cut,
    "no answer": says_nothing,
    "truncated JSON": is_truncated,
    "nothing, with 200": status(200),
    "a page in the place of JSON": status(200, PAGE, "text/html"),
    "a page that says it is JSON": status(200, PAGE, "application/json"),
    "a query that broke off": status(200, "There was an error while running your query.  We've logged the error"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_may_pass_is_tried_again(
    project: Path, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    is_slow = fault in (stalls, drips)
    if is_slow:
        monkeypatch.setattr(http, "LIMIT_SECONDS", 2.0)
    bureau.goes_wrong("exports", AT_FAULT, fault)
    assert [*load_atp("2010-01", "2010-03", "exports")] == ["exports, to 2010-03: 3 new (2010-01 to 2010-03)"]
    # On a busy machine a right answer may take longer than such a limit, too.
    assert bureau.asked.count(("exports", AT_FAULT)) == 2 or is_slow
    assert {*rows_by_month(project)} == {("exports", month) for month in MONTHS}


@pytest.mark.parametrize("name", ["429", "503", "truncated JSON", "a page in the place of JSON", "no answer"])
def test_what_does_not_pass_ends_in_a_sentence_and_the_next_load_goes_on(
    project: Path, bureau: Bureau, name: str
) -> None:
    bureau.goes_wrong("exports", AT_FAULT, *[PASSING[name]] * http.TRIES)
    with pytest.raises(AtpError, match=f"^exports {AT_FAULT}: .*, {http.TRIES} times: load again later") as failed:
        [*load_atp("2010-01", "2010-03", "exports")]
    assert KEY not in str(failed.value)
    loaded = rows_by_month(project)
    assert ("exports", AT_FAULT) not in loaded and ("exports", "2010-03") in loaded
    [*load_atp("2010-01", "2010-03", "exports")]
    assert {**rows_by_month(project), **loaded} == rows_by_month(project)
    assert len(rows_by_month(project)) == len(MONTHS)


@pytest.mark.parametrize("as_date", [False, True])
def test_a_time_to_wait_is_waited_for(project: Path, bureau: Bureau, capsys, as_date: bool) -> None:
    times = []
    bureau.goes_wrong("exports", "2010-01", lambda handler, _: times.append(time.monotonic()) or until(handler))

    def until(handler: Handler) -> None:
        # A date has whole seconds.
        date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=2), usegmt=True)
        handler.send(429, b"", **{"Retry_After": date if as_date else "1"})

    def answer(handler: Handler, table: list[list[str]]) -> None:
        times.append(time.monotonic())
        handler.send(200, json.dumps(table).encode())

    bureau.faults["exports", "2010-01"].append(answer)
    [*load_atp("2010-01", "2010-01", "exports")]
    assert times[1] - times[0] >= (0.9 if as_date else 1)
    assert "the server answered 429; waiting" in capsys.readouterr().out


def test_a_longer_time_to_wait_than_anybody_waits_ends_in_a_sentence(project: Path, bureau: Bureau) -> None:
    bureau.goes_wrong("exports", "2010-01", status(503, Retry_After="7200"))
    with pytest.raises(AtpError, match="answered 503, and asks to wait for 120 minutes: load again then"):
        [*load_atp("2010-01", "2010-01", "exports")]
    assert len(bureau.asked) == 1


# What makes an answer of one month another one than was asked for, and what is said of it.
WRONG = {
    "a column is missing": (without("HITECH_DESC"), "lacks the column HITECH_DESC"),
    "the value is missing": (without("ALL_VAL_MO"), "lacks the column ALL_VAL_MO"),
    "an unknown column": (edited(lambda t: [[*row, "1"] for row in t]), "has a column that was not asked for: 1"),
    "a column twice, with two values": (
        edited(lambda t: [[*t[0], "HITECH"], *([*row, "99"] for row in t[1:])]),
        "row 1 has two values of HITECH",
    ),
    "text for a number": (with_value("ALL_VAL_MO", "n/a"), "row 3 has no whole number of dollars, ALL_VAL_MO 'n/a'"),
    "nothing for a number": (with_value("ALL_VAL_MO", None), "row 3 has no whole number of dollars, ALL_VAL_MO None"),
    "a part of a dollar": (with_value("ALL_VAL_MO", 1.5), "row 3 has no whole number of dollars, ALL_VAL_MO '1.5'"),
    "less than nothing": (with_value("ALL_VAL_MO", "-5"), "row 3 has no whole number of dollars, ALL_VAL_MO '-5'"),
    "a row twice": (edited(lambda t: [*t, t[1]]), "2 rows are about the same, CTY_CODE 5700, HITECH -"),
    "a blank total beside one with a dash": (
        edited(lambda t: [*t, ["" if cell == "-" else cell for cell in t[1]]]),
        "2 rows are about the same, CTY_CODE 5700, HITECH -",
    ),
    "an unknown country": (with_value("CTY_CODE", "ABCD"), "row 3 has an unknown country, CTY_CODE 'ABCD'"),
    "a country without its zeros": (with_value("CTY_CODE", 3), "row 3 has an unknown country, CTY_CODE '3'"),
    "an unknown technology": (with_value("HITECH", "11"), "row 3 has an unknown technology, HITECH '11'"),
    "a technology without its zeros": (with_value("HITECH", 1), "row 3 has an unknown technology, HITECH '1'"),
    "an unknown level": (with_value("SUMMARY_LVL", "XYZ"), "row 3 has an unknown level, SUMMARY_LVL 'XYZ'"),
    "a month in the future": (with_value("time", "2099-01"), "row 3 has another month than 2010-02, time '2099-01'"),
    "a row that is too short": (edited(lambda t: [*t[:3], t[3][1:], *t[4:]]), "row 3 has 6 of 7 values"),
    "a value in a value": (with_value("CTY_NAME", ["CHINA"]), "row 3 has a value that is no text"),
    "no table": (edited(lambda _: {"error": "none"}), "is not a table"),
    "no rows": (edited(lambda t: t[:1]), "has no rows"),
    "no data for a month between others": (status(204), "the API has no data for it, though it has some for 2010-03"),
}


@pytest.mark.parametrize(("fault", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_answer_is_refused_whole_and_the_other_months_are_loaded(
    project: Path, bureau: Bureau, fault: Fault, sentence: str
) -> None:
    bureau.goes_wrong("exports", AT_FAULT, fault)
    with pytest.raises(AtpError) as failed:
        [*load_atp("2010-01", "2010-03", "exports")]
    first, *others = str(failed.value).split("\n")
    assert first == "1 month was not loaded; what was there of them is as it was"
    assert len(others) == 1 and others[0].startswith(f"exports {AT_FAULT}: ") and sentence in others[0]
    assert {*rows_by_month(project)} == {("exports", "2010-01"), ("exports", "2010-03")}
    # The next answer is right.
    assert [*load_atp("2010-01", "2010-03", "exports")] == [f"exports, to 2010-03: 1 new ({AT_FAULT})"]


def test_a_wrong_answer_leaves_the_version_that_is_there(project: Path, bureau: Bureau) -> None:
    [*load_atp("2010-01", "2010-03", "exports")]
    before = rows_by_month(project)
    bureau.goes_wrong("exports", AT_FAULT, WRONG["a row twice"][0])
    with pytest.raises(AtpError, match="1 month was not loaded"):
        [*load_atp("2010-01", "2010-03", "exports", again=True)]
    assert rows_by_month(project) == before


@pytest.mark.parametrize(
    "fault",
    [
        edited(lambda t: [[*reversed(row)] for row in t]),
        edited(lambda t: [[*row, row[-1]] for row in t]),
        edited(lambda t: [t[0], *reversed(t[1:])]),
    ],
    ids=["columns in another order", "a column twice", "rows in another order"],
)
def test_what_is_the_same_is_kept_the_same(project: Path, bureau: Bureau, fault: Fault) -> None:
    [*load_atp("2010-01", "2010-03", "exports")]
    bureau.goes_wrong("exports", AT_FAULT, fault)
    assert [*load_atp("2010-01", "2010-03", "exports", again=True)] == [
        "exports, to 2010-03: 3 as they were (2010-01 to 2010-03)"
    ]


def test_blank_totals_are_kept_as_they_came(project: Path, bureau: Bureau) -> None:
    bureau.goes_wrong(
        "exports", "2010-01", edited(lambda t: [["" if cell == "-" else cell for cell in row] for row in t])
    )
    [*load_atp("2010-01", "2010-01", "exports")]
    ((rows),) = rows_by_month(project).values()
    assert [row for row in rows if row[0] == ""] and not [row for row in rows if "-" in row]


# What is about the key, and would be the same for each other month.
KEYS = {
    "a page with 200": status(200, INVALID_KEY, "text/html"),
    "a page with 400": status(400, INVALID_KEY, "text/html"),
    "a redirect with a header": status(302, "", "text/html", Location="/missing_key.html", X_DataWebAPI_KeyError="1"),
    "a redirect": status(302, "", "text/html", Location="https://api.census.gov/data/missing_key.html"),
    "403": status(403),
}


@pytest.mark.parametrize("fault", KEYS.values(), ids=KEYS.keys())
def test_a_key_that_is_not_taken_stops_the_load_at_once(project: Path, bureau: Bureau, fault: Fault) -> None:
    bureau.goes_wrong("exports", "2010-03", fault)
    with pytest.raises(AtpError, match=r"^exports 2010-03: the API does not take the key: look at the one in CENSUS"):
        [*load_atp("2010-01", "2010-03", "exports")]
    assert bureau.asked == [("exports", "2010-03")]
    assert rows_by_month(project) == {}


def test_a_wrong_key_is_not_shown(project: Path, bureau: Bureau, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    monkeypatch.setenv("CENSUS_API_KEY", "f" * 40)
    with pytest.raises(AtpError, match="does not take the key") as failed:
        [*load_atp("2010-01", "2010-03")]
    assert "ffff" not in str(failed.value) + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (status(400, "error: unknown variable 'HITECH_DESC'"), "answered 400: error: unknown variable 'HITECH_DESC'"),
        (status(404, PAGE, "text/html"), "the server answered 404: Service is down"),
        (status(301, Location="https://elsewhere.example/x"), "pointed to elsewhere.example, which is not followed"),
        (status(307), "pointed to another page, which is not followed"),
    ],
    ids=["400", "404", "301", "307"],
)
def test_what_no_other_try_changes_stops_the_load(project: Path, bureau: Bureau, fault: Fault, sentence: str) -> None:
    bureau.goes_wrong("exports", AT_FAULT, fault)
    with pytest.raises(AtpError) as failed:
        [*load_atp("2010-01", "2010-03", "exports")]
    assert sentence in str(failed.value)
    assert bureau.asked.count(("exports", AT_FAULT)) == 1
    assert ("exports", AT_FAULT) not in rows_by_month(project)


def test_a_server_that_repeats_the_key_does_not_bring_it_to_light(project: Path, bureau: Bureau) -> None:
    bureau.goes_wrong("exports", "2010-01", lambda handler, _: handler.send(400, f"bad {handler.path}".encode()))
    with pytest.raises(AtpError, match=r"key=\(secret\)") as failed:
        [*load_atp("2010-01", "2010-01", "exports")]
    assert KEY not in str(failed.value)


def test_no_library_logs_the_key(project: Path, bureau: Bureau, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    bureau.goes_wrong("exports", "2010-01", status(503), is_cut)
    [*load_atp("2010-01", "2010-03")]
    assert [record for record in caplog.records if KEY in str(record.__dict__) or KEY in record.getMessage()] == []


def test_no_server_is_one_sentence(project: Path, monkeypatch: pytest.MonkeyPatch, bureau: Bureau) -> None:
    monkeypatch.setenv("CENSUS_API_URL", "http://127.0.0.1:9/data")
    with pytest.raises(AtpError, match=r"exports 2010-01: no whole answer .*, 6 times: load again later") as failed:
        [*load_atp("2010-01", "2010-01", "exports")]
    assert KEY not in str(failed.value)


def test_a_server_without_data_is_not_asked_for_ever(project: Path, bureau: Bureau) -> None:
    bureau.first, bureau.newest = "2010-01", "2010-01"
    with pytest.raises(AtpError, match="no data for 2010-12 and the 12 months after it: look whether"):
        [*load_atp("2010-01", "2011-12", "exports")]
    assert len(bureau.asked) == 12


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("0", 0), (" 17 ", 17), ("-3", None), ("soon", None), ("Thu, 01 Jan 2015 00:00:00 GMT", 0)],
)
def test_what_a_server_asks_to_wait(header: str | None, seconds: float | None) -> None:
    assert http.pause(header) == seconds


def test_a_fault_stops_requests_that_wait_and_leaves_no_thread(project: Path, bureau: Bureau) -> None:
    bureau.newest = "2011-12"
    bureau.goes_wrong("imports", "2011-11", status(400, "error"))
    with pytest.raises(AtpError, match="imports 2011-11: the server answered 400"):
        [*load_atp("2010-01", "2011-12")]
    assert len(bureau.asked) < 30
    # A worker thread is told to end, and may take a moment for it.
    workers = [thread for thread in threading.enumerate() if thread.name.startswith("AnyIO")]
    for worker in workers:
        worker.join(timeout=60)
    assert not [worker for worker in workers if worker.is_alive()]
