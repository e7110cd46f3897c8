"""Each client on the published file: it reads what Python reads, cannot write, and neither meets a build nor misses it.

Clients are processes of their own, because connections within one process share what they have open.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import adbc_driver_duckdb
import duckdb
import pandas
import pytest
from adbc_driver_manager import dbapi
from clients import CLIENTS, Refused, Session, connected, is_here
from conftest import Warehouse, copy_warehouse
from npm import skip_without_node
from sqlalchemy import URL, Column, Engine, MetaData, NullPool, Table, create_engine, inspect, select
from sqlalchemy.exc import ProgrammingError

from atp_trade.publish import publish
from atp_trade.warehouse import PUBLIC_SCHEMAS, relations

BUILT = "select cast(built_at_utc as varchar) from meta.build"
LARGEST_MARKETS = """
    select partner_name, exports_usd_millions, export_rank from marts.trade_by_partner
    where data_year = 2006 and export_rank <= 3 order by export_rank
"""
NAMES = f"""
    select table_schema, table_name from information_schema.tables
    where table_schema in {PUBLIC_SCHEMAS} order by all
"""
DESCRIPTIONS = f"""
    select schema_name, table_name, column_name, data_type, comment from duckdb_columns()
    where schema_name in {PUBLIC_SCHEMAS} order by schema_name, table_name, column_index
"""


def is_same(cell: Any, expected: Any) -> bool:
    """Whether a cell that came as JSON is the one that Python reads; a decimal must not have become a float."""
    if expected is None or isinstance(expected, bool):
        return cell is expected
    if isinstance(expected, date):
        return cell == expected.isoformat()
    return not isinstance(cell, bool) and cell is not None and type(expected)(cell) == expected


def differences(rows: list[tuple], expected: list[tuple]) -> list[tuple]:
    """Rows that are not the expected ones, with those; and how many there are, if that differs."""
    if len(rows) != len(expected):
        return [(len(rows), len(expected))]
    return [
        (row, wanted)
        for row, wanted in zip(rows, expected, strict=True)
        if len(row) != len(wanted) or not all(map(is_same, row, wanted))
    ]


@pytest.fixture(scope="module")
def placed(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The published file below a path with spaces, a quote and letters beyond ASCII."""
    return copy_warehouse(warehouse, tmp_path_factory.mktemp("clients"))


@pytest.fixture(scope="module", params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    if not is_here(request.param):
        skip_without_node()
    return request.param


@pytest.fixture(scope="module")
def session(client: str, placed: Warehouse):
    with connected(client, placed.database) as opened:
        yield opened


def test_a_known_answer_comes_out(session: Session) -> None:
    known = [("China", Decimal("24166.6"), 1), ("Canada", Decimal("23603.4"), 2), ("Japan", Decimal("19539.0"), 3)]
    assert differences(session.ask(LARGEST_MARKETS), known) == []


def test_every_relation_is_listed_and_described(session: Session, placed: Warehouse) -> None:
    names = placed.query(NAMES)
    assert {schema for schema, _ in names} == set(PUBLIC_SCHEMAS)
    assert session.ask(NAMES) == names
    descriptions = placed.query(DESCRIPTIONS)
    assert all(comment for *_, comment in descriptions)
    assert session.ask(DESCRIPTIONS) == descriptions


def test_every_mart_is_read_as_python_reads_it(session: Session, placed: Warehouse) -> None:
    with duckdb.connect(str(placed.database), read_only=True) as connection:
        marts = relations(connection, "marts")
    types = set()
    for mart in marts:
        query = f"select * from {mart.qualified_name} order by {mart.row_order}"
        expected = placed.query(query)
        types |= {type(cell) for row in expected for cell in row}
        assert differences(session.ask(query), expected) == [], mart.qualified_name
    assert types == {Decimal, float, int, str, bool, date, type(None)}


@pytest.mark.parametrize(
    "statement",
    [
        "delete from marts.trade_totals",
        "create table marts.notes (note varchar)",
        "comment on table marts.trade_totals is 'mine'",
        "drop table meta.build",
    ],
)
def test_nothing_can_be_written(session: Session, placed: Warehouse, statement: str) -> None:
    before = placed.database.read_bytes()
    # Some clients hold a transaction open, which a refusal ends.
    session.reconnect()
    with pytest.raises(Refused, match="read-only mode"):
        session.ask(statement)
    assert placed.database.read_bytes() == before
    assert not placed.database.with_name(placed.database.name + ".wal").exists()


@dataclass
class Seen:
    """What a client saw of a build: one connection held open all the time, and one opened anew for each question."""

    builds_held: list[list[tuple]] = field(default_factory=list)
    builds_reopened: list[list[tuple]] = field(default_factory=list)
    answers: list[list[tuple]] = field(default_factory=list)


@pytest.fixture(scope="module")
def replaced(built_part: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Another published file in such a place, of a part of the project, whose build is quick."""
    return copy_warehouse(built_part, tmp_path_factory.mktemp("replaced"))


@pytest.fixture(scope="module")
def seen(replaced: Warehouse) -> dict[str, Seen]:
    """What each client saw before, while and after `atp build` published; the build must have been met running."""
    side_file = replaced.target.parent / replaced.database.name
    seen = {name: Seen() for name in CLIENTS if is_here(name)}
    questions_in_mid_build = 0
    with ExitStack() as stack:
        held = {name: stack.enter_context(connected(name, replaced.database)) for name in seen}
        reopened = {name: stack.enter_context(connected(name, replaced.database)) for name in seen}

        def look() -> None:
            for name, of in seen.items():
                of.builds_held.append(held[name].ask(BUILT))
                reopened[name].reconnect()
                of.builds_reopened.append(reopened[name].ask(BUILT))
                of.answers += [held[name].ask(LARGEST_MARKETS), reopened[name].ask(LARGEST_MARKETS)]

        look()
        build = replaced.start("atp", "build")
        while build.poll() is None:
            is_building = side_file.exists()
            look()
            questions_in_mid_build += is_building and side_file.exists()
            # The build needs the processor too.
            time.sleep(0.2)
        assert build.returncode == 0, build.stdout.read()
        look()
    assert questions_in_mid_build > 0
    return seen


def test_a_build_and_its_publishing_do_not_disturb(client: str, seen: dict[str, Seen], replaced: Warehouse) -> None:
    expected = replaced.query(LARGEST_MARKETS)
    assert [answer for answer in seen[client].answers if differences(answer, expected)] == []


def test_an_open_connection_keeps_its_answers(client: str, seen: dict[str, Seen], replaced: Warehouse) -> None:
    builds = seen[client].builds_held
    assert builds == [builds[0]] * len(builds)
    assert builds[0] != replaced.query(BUILT)


def test_a_new_connection_sees_the_new_build(client: str, seen: dict[str, Seen], replaced: Warehouse) -> None:
    builds = seen[client].builds_reopened
    before, after = builds[0], builds[-1]
    assert before == seen[client].builds_held[0]
    assert after == replaced.query(BUILT)
    change = builds.index(after)
    assert builds == [before] * change + [after] * (len(builds) - change)


def test_a_second_connection_in_a_process_sees_what_the_first_has_open(copy: Warehouse) -> None:
    side_file = copy.target.parent / copy.database.name
    side_file.write_bytes(copy.database.read_bytes())
    (old,) = copy.query(BUILT)
    with duckdb.connect(str(copy.database), read_only=True):
        publish(side_file, copy.database, lambda new: new.execute("update meta.build set built_at_utc = '2007-08-01'"))
        assert copy.query(BUILT) == [old]
    assert copy.query(BUILT) == [("2007-08-01 00:00:00",)]


def engine_on(database: Path) -> Engine:
    address = URL.create("duckdb", database=str(database))
    return create_engine(address, poolclass=NullPool, connect_args={"read_only": True})


def test_sqlalchemy_inspects_tables_columns_and_their_descriptions(placed: Warehouse) -> None:
    with duckdb.connect(str(placed.database), read_only=True) as python:
        expected = relations(python, *PUBLIC_SCHEMAS)
    with engine_on(placed.database).connect() as connection:
        seen = inspect(connection)
        assert {f"atp_trade.{schema}" for schema in PUBLIC_SCHEMAS} <= set(seen.get_schema_names())
        for relation in expected:
            assert relation.name in seen.get_table_names(relation.schema)
            assert seen.has_table(relation.name, relation.schema)
            columns = seen.get_columns(relation.name, relation.schema)
            assert [(column["name"], column["comment"]) for column in columns] == [
                (column.name, column.comment) for column in relation.columns
            ]
            assert seen.get_table_comment(relation.name, relation.schema)["text"] == relation.comment


def test_sqlalchemy_selects_from_a_table_defined_by_its_columns(placed: Warehouse) -> None:
    with duckdb.connect(str(placed.database), read_only=True) as python:
        marts = relations(python, "marts")
    engine = engine_on(placed.database)
    for mart in marts:
        columns = [Column(column["name"], column["type"]) for column in inspect(engine).get_columns(mart.name, "marts")]
        table = Table(mart.name, MetaData(), *columns, schema="marts")
        with engine.connect() as connection:
            found = connection.execute(select(table).order_by(*[table.c[name] for name in mart.primary_key])).all()
        assert found == placed.query(f"from {mart.qualified_name} order by {mart.row_order}")


def test_pandas_reads_a_query_through_sqlalchemy_with_decimals_as_floats(placed: Warehouse) -> None:
    frame = pandas.read_sql_query(LARGEST_MARKETS, engine_on(placed.database))
    assert list(frame.itertuples(index=False, name=None)) == [
        (name, float(exports), rank) for name, exports, rank in placed.query(LARGEST_MARKETS)
    ]
    assert frame["exports_usd_millions"].dtype == float


@pytest.mark.parametrize(
    "reflect",
    [
        lambda engine: MetaData().reflect(engine, schema="marts"),
        lambda engine: Table("trade_totals", MetaData(), schema="marts", autoload_with=engine),
        lambda engine: inspect(engine).get_pk_constraint("trade_totals", "marts"),
        lambda engine: inspect(engine).get_foreign_keys("trade_totals", "marts"),
        lambda engine: inspect(engine).get_unique_constraints("trade_totals", "marts"),
        lambda engine: pandas.read_sql_table("trade_totals", engine, schema="marts"),
    ],
    ids=[
        "MetaData.reflect",
        "autoload_with",
        "get_pk_constraint",
        "get_foreign_keys",
        "get_unique_constraints",
        "pandas.read_sql_table",
    ],
)
@pytest.mark.filterwarnings("ignore:duckdb-engine doesn't yet support reflection on indices")
def test_sqlalchemy_cannot_reflect_as_the_page_says(placed: Warehouse, reflect: Callable[[Engine], Any]) -> None:
    """Once this fails, reflection has begun to work, and docs/connect.md can say so."""
    with pytest.raises(ProgrammingError, match="Type with name REGCLASS does not exist"):
        reflect(engine_on(placed.database))


def test_adbc_lists_tables_with_their_arrow_types(placed: Warehouse) -> None:
    options = {"path": str(placed.database), "access_mode": "READ_ONLY"}
    driver = {"driver": adbc_driver_duckdb.driver_path(), "entrypoint": "duckdb_adbc_init"}
    with dbapi.connect(**driver, db_kwargs=options) as connection:
        found = connection.adbc_get_objects(depth="tables", db_schema_filter="marts").read_all().to_pylist()
        tables = {
            table["table_name"]
            for catalog in found
            for schema in catalog["catalog_db_schemas"]
            for table in schema["db_schema_tables"]
        }
        assert tables == {name for schema, name in placed.query(NAMES) if schema == "marts"}
        schema = connection.adbc_get_table_schema("trade_by_partner", db_schema_filter="marts")
        assert str(schema.field("exports_usd_millions").type) == "decimal128(18, 1)"
