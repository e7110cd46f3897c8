"""An AI assistant on the published file, through the MCP server as docs/connect.md sets it up.

It reads what the warehouse has, sees a new build, and changes nothing, neither in the warehouse nor in another file.
"""

import json
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from clients import Refused
from conftest import UNDER_PERMISSIONS, Warehouse, copy_warehouse
from connect_page import ASSISTANT, blocks_of
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from atp_trade.publish import publish
from atp_trade.warehouse import PUBLIC_SCHEMAS, relations

((SETTINGS,),) = [blocks_of(ASSISTANT)]
PLACEHOLDER = "/absolute/path/atp_trade.duckdb"
LARGEST_MARKETS = """
    select partner_name, exports_usd_millions, export_rank from marts.trade_by_partner
    where data_year = 2006 and export_rank <= 3 order by export_rank
"""
BUILT = "select cast(built_at_utc as varchar) from meta.build"
SLOW = "select count(*) from range(20000000) numbers(i) where hash(i) % 2 < 2"
# Needs more memory than it may have, for about a second.
SPILLS = """
    set memory_limit = '40MB'; set threads = 1;
    select sum(place) from (select row_number() over (order by hash(i)) as place from range(4000000) numbers(i))
"""


class Assistant:
    """An MCP client with the server running."""

    def __init__(self, portal: BlockingPortal, session: ClientSession):
        self.portal = portal
        self.session = session

    def tools(self) -> set[str]:
        return {tool.name for tool in self.portal.call(self.session.list_tools).tools}

    def call(self, tool: str, **arguments: str) -> dict[str, Any]:
        """What a tool answers; Refused with the message if it does not."""
        return self.start(tool, **arguments).result()

    def start(self, tool: str, **arguments: str) -> Future:
        return self.portal.start_task_soon(self._call, tool, arguments)

    async def _call(self, tool: str, arguments: dict[str, str]) -> dict[str, Any]:
        reply = await self.session.call_tool(tool, arguments)
        (content,) = reply.content
        if reply.is_error:
            raise Refused(content.text)
        return json.loads(content.text)

    def ask(self, sql: str) -> list[tuple]:
        """The rows of a query."""
        return [tuple(row) for row in self.call("execute_query", sql=sql)["rows"]]


@asynccontextmanager
async def connected(server: StdioServerParameters) -> AsyncIterator[ClientSession]:
    with Path(os.devnull).open("w") as log:
        async with stdio_client(server, errlog=log) as streams, ClientSession(*streams) as session:
            await session.initialize()
            yield session


def settings(database: Path) -> dict[str, Any]:
    """The server's settings on the page, with a file's path in the place of the example's."""
    assert SETTINGS.count(PLACEHOLDER) == 1
    (server,) = json.loads(SETTINGS.replace(PLACEHOLDER, str(database)))["mcpServers"].values()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # What DuckDB or the server would leave at home is seen beside the file.
    return {**server, "env": {**server["env"], "PATH": path, "HOME": str(database.parent)}}


def unprotected(database: Path) -> dict[str, Any]:
    """The same without what the page sets to protect other files."""
    server = settings(database)
    at = server["args"].index("--init-sql")
    return {**server, "args": server["args"][:at] + server["args"][at + 2 :]}


@contextmanager
def assistant(server: dict[str, Any]) -> Iterator[Assistant]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(connected(StdioServerParameters(**server))) as session,
    ):
        yield Assistant(portal, session)


@pytest.fixture(scope="module")
def placed(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The published file below a path with spaces, a quote and letters beyond ASCII."""
    return copy_warehouse(warehouse, tmp_path_factory.mktemp("assistant"))


@pytest.fixture(scope="module")
def asking(placed: Warehouse) -> Iterator[Assistant]:
    with assistant(settings(placed.database)) as opened:
        yield opened


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_only_tools_that_read_are_offered(asking: Assistant) -> None:
    assert asking.tools() == {"execute_query", "list_databases", "list_tables", "list_columns"}


def test_every_relation_and_column_is_listed_and_described(asking: Assistant, placed: Warehouse) -> None:
    with duckdb.connect(str(placed.database), read_only=True) as connection:
        expected = relations(connection, *PUBLIC_SCHEMAS)
    for schema in PUBLIC_SCHEMAS:
        listed = asking.call("list_tables", schema=schema)["tables"]
        assert {(table["name"], table["comment"]) for table in listed} == {
            (relation.name, relation.comment) for relation in expected if relation.schema == schema
        }
    for relation in expected:
        columns = asking.call("list_columns", table=relation.name, schema=relation.schema)["columns"]
        assert [(column["name"], column["type"], column["comment"]) for column in columns] == [
            (column.name, column.type, column.comment) for column in relation.columns
        ]
        assert all(column["comment"] for column in columns)


def test_a_question_is_answered_with_the_numbers_of_the_warehouse(asking: Assistant, placed: Warehouse) -> None:
    rows = [(name, Decimal(exports), rank) for name, exports, rank in asking.ask(LARGEST_MARKETS)]
    assert rows == placed.query(LARGEST_MARKETS)
    assert rows[0] == ("China", Decimal("24166.6"), 1)


def test_an_answer_that_is_cut_off_says_so(asking: Assistant) -> None:
    answer = asking.call("execute_query", sql="from range(2000)")
    assert (len(answer["rows"]), answer["truncated"]) == (1024, True)
    assert "truncated" not in asking.call("execute_query", sql="from range(1024)")


def test_questions_at_the_same_time_are_all_answered(asking: Assistant) -> None:
    """They share what they have open, so that what the first one sets must not refuse the others."""
    running = [asking.start("execute_query", sql=SLOW) for _ in range(8)]
    assert [reply.result()["rows"] for reply in running] == [[[20_000_000]]] * 8


WRITES = {
    "insert": "insert into marts.trade_totals select * from marts.trade_totals",
    "update": "update meta.build set git_commit = 'mine'",
    "delete": "delete from marts.trade_totals",
    "create": "create table marts.notes (note varchar)",
    "create a view": "create view marts.notes as select 1 as note",
    "drop": "drop table meta.build",
    "comment": "comment on table marts.trade_totals is 'mine'",
    "copy": "copy marts.trade_totals to '{out}/totals.csv'",
    "copy Parquet": "copy marts.trade_totals to '{out}/totals.parquet'",
    "copy over the file": "copy marts.trade_totals to '{database}' (format csv)",
    "copy into a new database": "attach '{out}/new.duckdb' as new; copy from database atp_trade to new",
    "attach": "attach '{out}/new.duckdb' as new (read_write)",
    "attach the file anew": "attach '{database}' as anew (read_write)",
    "export": "export database '{out}/export'",
    "query log": "set log_query_path = '{out}/queries.log'; select 1",
    "secret": "set secret_directory = '{out}/secrets'; create persistent secret mine (type http, bearer_token 'x')",
    "extension": "set extension_directory = '{out}/extensions'; install httpfs",
    "spill elsewhere": "set temp_directory = '{out}/spilled'; select 1",
    "profile": "set enable_profiling = 'json'; set profiling_output = '{out}/profile.json'; select 1",
    "switch it on again": "set enable_external_access = true; copy marts.trade_totals to '{out}/totals.csv'",
    "reset it": "reset enable_external_access; copy marts.trade_totals to '{out}/totals.csv'",
    "allow a folder": "set allowed_directories = ['{out}']; copy marts.trade_totals to '{out}/totals.csv'",
    "read a file": "from read_text('{out}/secret.txt')",
    "list files": "from glob('{out}/*')",
}


@pytest.mark.parametrize("statement", WRITES.values(), ids=WRITES)
def test_nothing_can_be_written_and_no_other_file_read(
    asking: Assistant, placed: Warehouse, tmp_path: Path, statement: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    before = files(placed.project), files(tmp_path)
    paths = {"out": tmp_path, "database": placed.database}
    quoted = {name: str(path).replace("'", "''") for name, path in paths.items()}
    with pytest.raises(Refused):
        asking.ask(statement.format(**quoted))
    assert (files(placed.project), files(tmp_path)) == before
    assert asking.ask("select 1") == [(1,)]


def test_a_log_into_a_file_writes_nothing_though_it_may_end_the_server(placed: Warehouse, tmp_path: Path) -> None:
    before = files(placed.project)
    log = str(tmp_path / "log").replace("'", "''")
    with pytest.raises(Exception), assistant(settings(placed.database)) as asking:  # noqa: B017
        asking.ask(f"call enable_logging('QueryLog', storage = 'file', storage_path = '{log}'); select 1")
        asking.ask("select 1")
    assert (files(placed.project), list(tmp_path.iterdir())) == (before, [])


@pytest.mark.parametrize("name", ["copy", "export", "query log", "secret", "read a file"])
def test_without_the_page_s_setting_the_server_lets_files_be_written_and_read(
    placed: Warehouse, tmp_path: Path, name: str
) -> None:
    """Why the page sets it; once this fails, the server has become stricter and the page can say less."""
    (tmp_path / "secret.txt").write_text("secret")
    with assistant(unprotected(placed.database)) as asking:
        answer = asking.ask(WRITES[name].format(out=tmp_path))
    assert len(files(tmp_path)) > 1 or "secret" in str(answer)


def test_a_lock_of_the_settings_would_refuse_questions_at_the_same_time(placed: Warehouse) -> None:
    """Why the page warns of it."""
    server = settings(placed.database)
    at = server["args"].index("--init-sql")
    locked = [*server["args"][: at + 1], server["args"][at + 1] + "; set lock_configuration = true"]
    with assistant({**server, "args": locked}) as asking:
        running = [asking.start("execute_query", sql=SLOW) for _ in range(8)]
        refused = [reply.exception() for reply in running]
    assert any("has been locked" in str(refusal) for refusal in refused)


def test_a_large_question_leaves_nothing_beside_the_file(asking: Assistant, placed: Warehouse) -> None:
    before = files(placed.project)
    beside = placed.database.with_name(f"{placed.database.name}.tmp")
    running = asking.start("execute_query", sql=SPILLS)
    seen = False
    while not running.done():
        seen = seen or beside.exists()
        time.sleep(0.001)
    assert running.result()["rows"] == [[8_000_002_000_000]]
    assert seen, "the page says that it is there meanwhile"
    assert files(placed.project) == before
    assert not beside.exists()


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_who_may_not_write_into_the_folder_leaves_no_trace(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's last remedy: without its setting, and for what needs more memory, too."""
    folder = tmp_path / "read only"
    folder.mkdir()
    database = folder / "atp_trade.duckdb"
    database.write_bytes(warehouse.database.read_bytes())
    server = unprotected(database)
    command, *arguments = [*UNDER_PERMISSIONS, server["command"], *server["args"]]
    before = files(folder)
    folder.chmod(0o500)
    database.chmod(0o400)
    try:
        with assistant({**server, "command": command, "args": arguments}) as asking:
            assert len(asking.ask(LARGEST_MARKETS)) == 3
            with pytest.raises(Refused, match="tmp"):
                asking.ask(SPILLS)
            with pytest.raises(Refused, match="Permission denied"):
                asking.ask(WRITES["copy"].format(out=folder))
            assert files(folder) == before
    finally:
        folder.chmod(0o700)


def test_a_new_build_is_seen_with_the_next_question(copy: Warehouse) -> None:
    side_file = copy.target.parent / copy.database.name
    side_file.write_bytes(copy.database.read_bytes())
    with assistant(settings(copy.database)) as asking:
        assert asking.ask(BUILT) == copy.query(BUILT) != [("2007-08-01 00:00:00",)]
        publish(side_file, copy.database, lambda new: new.execute("update meta.build set built_at_utc = '2007-08-01'"))
        assert asking.ask(BUILT) == [("2007-08-01 00:00:00",)]
