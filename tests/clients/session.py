"""A client in a process of its own: session.py CLIENT DATABASE.

Reads one statement a line and answers with its rows as JSON, or with the client's message, and then a line END. The
line "reconnect" closes the connection and opens the next one, as the documentation tells users to do.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

Ask = Callable[[str], list[tuple]]


@contextmanager
def python(database: str) -> Iterator[Ask]:
    import duckdb

    with duckdb.connect(database, read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@contextmanager
def pandas(database: str) -> Iterator[Ask]:
    import duckdb
    import pandas

    def ask(sql: str) -> list[tuple]:
        frame = connection.sql(sql).to_arrow_table().to_pandas(types_mapper=pandas.ArrowDtype)
        return [tuple(None if cell is pandas.NA else cell for cell in row) for row in frame.itertuples(index=False)]

    with duckdb.connect(database, read_only=True) as connection:
        yield ask


@contextmanager
def polars(database: str) -> Iterator[Ask]:
    import duckdb

    with duckdb.connect(database, read_only=True) as connection:
        yield lambda sql: connection.sql(sql).pl().rows()


ENGINES = {}


@contextmanager
def sqlalchemy(database: str) -> Iterator[Ask]:
    from sqlalchemy import URL, NullPool, create_engine

    # The engine outlives its connections, as in an application.
    if database not in ENGINES:
        ENGINES[database] = create_engine(
            URL.create("duckdb", database=database), poolclass=NullPool, connect_args={"read_only": True}
        )
    with ENGINES[database].connect() as connection:
        yield lambda sql: [tuple(row) for row in connection.exec_driver_sql(sql)]


@contextmanager
def adbc(database: str) -> Iterator[Ask]:
    import adbc_driver_duckdb
    from adbc_driver_manager import dbapi

    def ask(sql: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    with closing(
        dbapi.connect(
            driver=adbc_driver_duckdb.driver_path(),
            entrypoint="duckdb_adbc_init",
            db_kwargs={"path": database, "access_mode": "READ_ONLY"},
        )
    ) as connection:
        yield ask


CLIENTS = {client.__name__: client for client in (python, pandas, polars, sqlalchemy, adbc)}


def serve(client: str, database: str) -> None:
    statements = (line.strip() for line in sys.stdin)
    reconnect = True
    while reconnect:
        reconnect = False
        with CLIENTS[client](database) as ask:
            for statement in statements:
                if statement == "reconnect":
                    reconnect = True
                    break
                try:
                    print(json.dumps(ask(statement), default=str))
                except Exception as error:
                    print(error)
                print("END", flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        serve(*sys.argv[1:])
