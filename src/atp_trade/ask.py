"""The worked questions of `analyses/`, answered by name.

A build writes them into the published file, as SQL for any client: meta.questions. No answer needs dbt.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator

from atp_trade import AtpError
from atp_trade.places import file_to_read
from atp_trade.sql import refuse_pipes, sql
from atp_trade.table import definitions, line_width, printable, printable_lines
from atp_trade.warehouse import SYNTHETIC_SENTENCE, published

# What is above the questions of a topic.
HEADINGS = {"audit": "About the report itself:"}


def ask(name: str | None, as_sql: bool, form: str) -> None:
    """Answer a question by its name, or write its SQL; without a name, list all. AtpError if it does not exist."""
    with published(file_to_read()) as (connection, build):
        found = {
            name: (question, query, topic)
            for name, question, query, topic in connection.sql(
                """
                select question_name, question, sql, coalesce(topic, 'trade') from meta.questions
                where question_name is not null and question is not null and sql is not null order by 1
                """
            ).fetchall()
        }
    if name is None:
        print("\n".join(map(printable, listed(found))))
        if build["is_synthetic"] and sys.stdout.isatty():
            print(SYNTHETIC_SENTENCE)
        return
    if name not in found:
        near = difflib.get_close_matches(name, found, 1)
        hint = f"did you mean {near[0]}?" if near else "`atp ask` lists them"
        raise AtpError(f"there is no question {name}: {hint}")
    _, query, _ = found[name]
    if as_sql:
        print(printable_lines(query))
    else:
        refuse_pipes()
        sql(query, form)


def listed(found: dict[str, tuple[str, str, str]]) -> Iterator[str]:
    """The questions with their sentences: those about trade, then the others below headings of their own."""
    topics = sorted({topic for _, _, topic in found.values()} - {"trade"})
    for topic in ("trade", *topics):
        if topic != "trade":
            yield from ("", HEADINGS.get(topic, topic))
        some = [(name, question) for name, (question, _, other) in found.items() if other == topic]
        yield from definitions(some, line_width())
