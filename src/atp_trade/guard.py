"""What a query may do: answer one question, and nothing else. DuckDB's own parser says what a query is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby, pairwise

import duckdb

from atp_trade import AtpError

KIND = duckdb.StatementType
QUESTIONS = (KIND.SELECT, KIND.EXPLAIN)
ONE_QUESTION = (
    "this command only reads, one question at a time: select, from, with, pivot, describe, show or explain; "
    "--format csv, json or parquet writes the rows for a file"
)
OF_ANOTHER_CLIENT = "that is a command of another client: `atp describe` lists the relations, and what is in one"
# Some of DuckDB's functions switch logging on, empty logs, or run any text. Of its table functions, these only read.
READING = re.compile(
    r"(read|parquet|duckdb|pragma|json|icu|pg|test)_(?!execute)\w+"
    "|generate_series|glob|range|repeat|repeat_row|sniff_csv|summary|unnest|which_secret"
)
TABLE_FUNCTIONS = """
    select distinct function_name from duckdb_functions()
    where function_type = 'table' and internal and function_name in (select unnest(?))
"""
WORD = re.compile(r'"(?:[^"]|"")*"|\w+')
# Characters without a width that DuckDB's parser takes for spaces.
NO_WIDTH = "\u180e\u200b\u200c\u200d\u2060\ufeff"


def check_question(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse a query that is not one question, or does more than answer it. AtpError says what can be asked."""
    if re.match(r"\s*[.\\]\w", query):
        raise AtpError(OF_ANOTHER_CLIENT)
    if "\0" in query:
        raise AtpError("the query has a NUL character: remove it")
    statements = connection.extract_statements(query)
    words = [word for _, word in tokens(query)]
    if len([*groupby(words, key=lambda word: word == ";")]) > 1 + words[:1].count(";") + words[-1:].count(";"):
        raise AtpError(ONE_QUESTION)
    # Of one question, DuckDB makes several statements where a PIVOT's columns have to be found out: types of its own
    # before it, and a transaction around an EXPLAIN of it.
    kinds = [statement.type for statement in statements]
    if len(kinds) > 1:
        kinds = [kind for kind in kinds if kind != KIND.TRANSACTION]
    if not kinds or kinds[-1] not in QUESTIONS or {*kinds[:-1]} - {KIND.CREATE}:
        raise AtpError(ONE_QUESTION)
    if kinds[-1] == KIND.EXPLAIN:
        # EXPLAIN ANALYZE runs what it explains.
        check_question(connection, explained(connection, query))
    check_functions(connection, words)


def check_functions(connection: duckdb.DuckDBPyConnection, words: list[str]) -> None:
    """Refuse a query that calls one of DuckDB's table functions, unless it is known only to read."""
    called = {
        word.removeprefix('"').removesuffix('"').replace('""', '"').lower()
        for word, following in pairwise(words)
        if following == "("
    }
    if unknown := [name for name in called if not READING.fullmatch(name)]:
        for (name,) in connection.execute(TABLE_FUNCTIONS, [unknown]).fetchall():
            raise AtpError(f"{name}() does more than read: {ONE_QUESTION}")


def explained(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """What an EXPLAIN explains: the rest of the query, from the first word at which it is a statement by itself."""
    for place, _ in [*tokens(query)][1:]:
        with suppress(duckdb.ParserException):
            if connection.extract_statements(query[place:]):
                return query[place:]
    raise AtpError(ONE_QUESTION)


def tokens(query: str) -> Iterator[tuple[int, str]]:
    """The words and signs of a query, each with its place; comments are left out."""
    # DuckDB's parser takes more characters for spaces than its tokenizer does.
    text = "".join(" " if letter.isspace() or letter in NO_WIDTH else letter for letter in query)
    text = "".join("\n" if original == "\n" else letter for original, letter in zip(query, text, strict=True))
    content = text.encode()
    places = [place for place, kind in duckdb.tokenize(text) if kind != duckdb.token_type.comment]
    for place, end in pairwise([*places, len(content)]):
        rest = content[place:end].decode(errors="replace")
        word = WORD.match(rest)
        yield len(content[:place].decode(errors="replace")), word[0] if word else rest[:1]
