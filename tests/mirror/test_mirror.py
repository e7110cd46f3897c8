"""The mirror in PostgreSQL is the marts, whole at every moment, and nothing that goes wrong on the way changes it."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psutil
import psycopg
import pytest
import sqlalchemy
from conftest import PROJECT, Warehouse
from postgres import IN_ADDRESS, LOOPBACK, PASSWORD, Server, running_server, unprivileged, wait_until_ready

from atp_trade import AtpError
from atp_trade.outlets import mirror as mirror_module
from atp_trade.warehouse import Relation, relations

ATP = Path(sys.executable).with_name("atp")
MARTS = len([*(PROJECT / "models" / "marts").glob("*.sql")])
TYPES = {
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "DECIMAL(5,1)": "NUMERIC(5, 1)",
    "DECIMAL(18,0)": "NUMERIC(18, 0)",
    "DECIMAL(18,1)": "NUMERIC(18, 1)",
    "DECIMAL(18,6)": "NUMERIC(18, 6)",
    "DOUBLE": "DOUBLE PRECISION",
    "INTEGER": "INTEGER",
    "TIMESTAMP": "TIMESTAMP",
    "VARCHAR": "TEXT",
}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running_server() as running:
        with running.connect("postgres") as admin:
            admin.execute(f"create role writer login password '{PASSWORD}'")
            admin.execute(f"create role reader login password '{PASSWORD}'")
            admin.execute('create role "B I; team"')
        yield running
        assert PASSWORD not in running.log.read_text().replace(f"password '{PASSWORD}'", "")


@dataclass
class Target:
    """A database to mirror into, with the warehouse that is mirrored."""

    server: Server
    name: str
    warehouse: Warehouse

    @property
    def address(self) -> str:
        return self.server.address(self.name)

    @property
    def place(self) -> str:
        return f"database {self.name} of {LOOPBACK}:{self.server.port}"

    def mirror(self, *arguments: str, **environment: str) -> str:
        """What a mirror that succeeds says."""
        outcome = self.warehouse.run("atp", "mirror", self.address, *arguments, **environment)
        assert outcome.returncode == 0, outcome.stdout
        return outcome.stdout

    def refusal(self, *arguments: str, **environment: str) -> str:
        """The one sentence of a mirror that fails, in which no password is."""
        outcome = self.warehouse.run("atp", "mirror", *(arguments or [self.address]), **environment)
        return one_sentence(outcome.returncode, outcome.stdout)

    def start(self, **environment: str) -> subprocess.Popen:
        """A mirror that runs."""
        return subprocess.Popen(
            [ATP, "mirror", self.address],
            cwd=self.warehouse.project,
            env={**os.environ, **environment},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def connect(self, user: str = "writer") -> psycopg.Connection:
        return self.server.connect(self.name, user)

    def query(self, statement: str, user: str = "writer") -> list[tuple]:
        with self.connect(user) as connection:
            return connection.execute(statement).fetchall()

    def schemas(self) -> list[str]:
        found = self.query("select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)' order by 1")
        return [name for (name,) in found]


@contextmanager
def new_target(server: Server, warehouse: Warehouse, template: str = "template0") -> Iterator[Target]:
    """A database that writer may write into, dropped in the end."""
    name = f"warehouse_{random.randrange(10**9)}"
    with server.connect("postgres") as admin:
        admin.execute(f"create database {name} template {template}")
        admin.execute(f"grant create on database {name} to writer")
    yield Target(server, name, warehouse)
    with server.connect("postgres") as admin:
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def target(server: Server, warehouse: Warehouse) -> Iterator[Target]:
    with new_target(server, warehouse) as target:
        yield target


@pytest.fixture(scope="session")
def untouched(server: Server, warehouse: Warehouse) -> Iterator[Target]:
    """A database that no test gets as far as writing into."""
    with new_target(server, warehouse) as target:
        yield target


@pytest.fixture(scope="session")
def template(server: Server, warehouse: Warehouse) -> Iterator[Target]:
    with new_target(server, warehouse) as target:
        target.mirror()
        yield target


@pytest.fixture
def mirrored(server: Server, warehouse: Warehouse, template: Target) -> Iterator[Target]:
    """A database with a mirror in it."""
    with new_target(server, warehouse, template.name) as target:
        yield target


def one_sentence(returncode: int, output: str) -> str:
    assert returncode == 1, output
    assert re.fullmatch(r"atp: [^\n]+\n", output), output
    assert PASSWORD not in output
    assert IN_ADDRESS not in output
    assert "s3cr3t" not in output
    return output.removeprefix("atp: ").rstrip("\n")


def mirrored_relations(warehouse: Warehouse) -> list[Relation]:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        build = [table for table in relations(connection, "meta") if table.name == "build"]
        return [*relations(connection, "marts"), *build]


def state(target: Target) -> list:
    """What a mirror is, down to the identity of its tables."""
    return target.query("select oid, relname, relacl::text from pg_class where relnamespace = 'marts'::regnamespace")


@contextmanager
def held(target: Target, table: str) -> Iterator[psycopg.Connection]:
    """Keep mirrors in the middle: they wait, in making a table, until the block ends."""
    with target.connect("postgres") as admin:
        admin.execute(
            f"""
            create function wait() returns event_trigger language plpgsql as $$
            begin
                if exists (select from pg_event_trigger_ddl_commands() where object_identity like '%.{table}') then
                    perform pg_advisory_xact_lock(1);
                end if;
            end $$
            """
        )
        admin.execute(
            "create event trigger wait on ddl_command_end when tag in ('CREATE TABLE') execute function wait()"
        )
        admin.execute("select pg_advisory_lock(1)")
        yield admin
    with target.connect("postgres") as admin:
        admin.execute("drop event trigger wait")


def until(condition: Callable[[], object]) -> object:
    """Wait for what a condition gives when it is true."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come to that in a minute")


def backend_in_the_middle(admin: psycopg.Connection) -> int:
    """The server's process of a mirror that is held, once it is."""
    statement = "select pid from pg_stat_activity where application_name = 'atp mirror' and wait_event = 'advisory'"
    return until(lambda: admin.execute(statement).fetchone())[0]


# The content


def test_sqlalchemy_reads_every_value_type_key_and_comment(mirrored: Target) -> None:
    engine = sqlalchemy.create_engine(mirrored.address.replace("postgresql:", "postgresql+psycopg:"))
    found = sqlalchemy.inspect(engine)
    tables = mirrored_relations(mirrored.warehouse)
    assert sorted(found.get_table_names("marts")) == sorted(table.name for table in tables)
    assert len(tables) == MARTS + 1
    with engine.connect() as connection:
        for table in tables:
            columns = found.get_columns(table.name, "marts")
            assert [(c["name"], str(c["type"]), c["nullable"], c["comment"] or "") for c in columns] == [
                (c.name, TYPES[c.type], c.is_nullable, c.comment) for c in table.columns
            ]
            key = found.get_pk_constraint(table.name, "marts")["constrained_columns"]
            # Two marts have more rows than an index is for.
            has_key = table.schema == "marts" and table.name not in ("trade_by_product", "top_products")
            assert (tuple(key), table.primary_key != ()) == (table.primary_key, has_key)
            assert found.get_table_comment(table.name, "marts")["text"] == table.comment != ""
            # As text, so that 1.0 is not 1.00, and a double's last digit counts.
            rows = connection.execute(sqlalchemy.text(f"select * from marts.{table.name}")).fetchall()
            expected = mirrored.warehouse.query(f"select * from {table.qualified_name}")
            assert sorted(map(repr, map(tuple, rows))) == sorted(map(repr, expected))
    engine.dispose()


def test_psql_reads_it(mirrored: Target) -> None:
    query = "select partner_id, exports_usd_millions, export_rank from marts.trade_by_partner order by 2 desc, 1"
    outcome = subprocess.run(
        ["psql", "--no-psqlrc", "--csv", "--tuples-only", "--command", query, f"postgresql://writer@/{mirrored.name}"],
        env={**os.environ, "PGHOST": LOOPBACK, "PGPORT": str(mirrored.server.port), "PGPASSWORD": PASSWORD},
        text=True,
        capture_output=True,
        check=True,
    )
    expected = mirrored.warehouse.query(query)
    assert None in [rank for _, _, rank in expected]
    assert outcome.stdout.splitlines() == [
        ",".join("" if value is None else str(value) for value in row) for row in expected
    ]


def test_statistics_are_there_for_the_planner(mirrored: Target) -> None:
    analyzed = "select count(distinct tablename) from pg_stats where schemaname = 'marts'"
    # A mart without rows, such as one that waits for a load, has none.
    names = mirrored.warehouse.query("select table_name from duckdb_tables() where schema_name = 'marts'")
    filled = [name for (name,) in names if mirrored.warehouse.query(f"select count(*) from marts.{name}") != [(0,)]]
    assert 0 < len(filled) < MARTS
    assert mirrored.query(analyzed) == [(len(filled) + 1,)]


def test_twice_leaves_one_copy_of_what_is_published_now(mirrored: Target, tmp_path: Path) -> None:
    marked = marked_copy(mirrored.warehouse, tmp_path, 7)
    assert mirrored.mirror(ATP_TRADE_DB=str(marked)) == f"mirrored {MARTS} marts in schema marts of {mirrored.place}\n"
    assert mirrored.schemas() == ["marts", "public"]
    assert mirrored.query("select models_built from marts.build") == [(7,)]


def test_a_mirror_can_have_any_name_and_stand_beside_another(mirrored: Target) -> None:
    before = state(mirrored)
    name = 'Größe "1", it\'s 100%s {}'
    for _ in range(2):
        mirrored.mirror("--schema", name)
    assert mirrored.schemas() == [name, "marts", "public"]
    assert state(mirrored) == before


# The readers


def marked_copy(warehouse: Warehouse, folder: Path, mark: int) -> Path:
    """A copy of the published file in which the first table, the last and one between say which copy it is."""
    copy = folder / f"marked_{mark}.duckdb"
    shutil.copy(warehouse.database, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"update meta.build set models_built = {mark}")
        connection.execute(f"update marts.dim_partner set partner_name = '{mark}'")
        connection.execute(f"update marts.trade_totals set technologies_in_surplus = {mark}")
    return copy


MARKS = (
    "select distinct models_built from marts.build",
    "select distinct partner_name::integer from marts.dim_partner",
    "select distinct technologies_in_surplus from marts.trade_totals",
)
COUNT = "select count(*) from marts.trade_by_partner"


def test_readers_meet_whole_states_alone_and_no_error(target: Target, tmp_path: Path) -> None:
    """In a statement that joins, and in a transaction of any isolation that reads table by table in any order."""
    copies = [marked_copy(target.warehouse, tmp_path, mark) for mark in range(6)]
    target.mirror(ATP_TRADE_DB=str(copies[0]))
    expected_count = target.warehouse.query(COUNT)[0]
    stop = threading.Event()
    seen: list[set[int]] = []
    errors: list[BaseException] = []

    def read(isolation: psycopg.IsolationLevel | None) -> None:
        marks: set[int] = set()
        seen.append(marks)
        try:
            with target.connect() as connection:
                connection.isolation_level = isolation
                while not stop.is_set():
                    if isolation is None:
                        found = connection.execute(" union all ".join(MARKS)).fetchall()
                    else:
                        with connection.transaction():
                            queries = random.sample(MARKS, 3)
                            found = [row for query in queries for row in connection.execute(query).fetchall()]
                            assert connection.execute(COUNT).fetchone() == expected_count
                    assert len(found) == 3, found
                    assert len(set(found)) == 1, found
                    marks.add(found[0][0])
                    stop.wait(random.uniform(0, 0.05))
        except BaseException as error:
            errors.append(error)

    levels = psycopg.IsolationLevel
    kinds = [None, None, levels.READ_COMMITTED, levels.REPEATABLE_READ, levels.SERIALIZABLE]
    threads = [threading.Thread(target=read, args=[kind]) for kind in kinds]
    for thread in threads:
        thread.start()
    try:
        for copy in copies[1:]:
            target.mirror(ATP_TRADE_DB=str(copy))
        until(lambda: errors or all(5 in marks for marks in seen))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []


def test_a_snapshot_that_is_older_than_the_mirror_does_not_find_it_empty(mirrored: Target, tmp_path: Path) -> None:
    with mirrored.connect() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            connection.execute("select count(*) from pg_class")
            mirrored.mirror(ATP_TRADE_DB=str(marked_copy(mirrored.warehouse, tmp_path, 7)))
            assert [connection.execute(query).fetchall() for query in MARKS] == [[(7,)]] * 3
            assert [connection.execute(COUNT).fetchone()] == mirrored.warehouse.query(COUNT)


def test_a_reader_that_keeps_a_transaction_open_stops_the_mirror_and_nobody_else(
    mirrored: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(mirrored)
    monkeypatch.chdir(mirrored.warehouse.project)
    monkeypatch.setattr(mirror_module, "PATIENCE_SECONDS", 2)
    with mirrored.connect("writer") as reader, mirrored.connect() as other, reader.transaction():
        reader.execute(COUNT)
        sentence = (
            f"{mirrored.place} is as it was: transactions that have read schema marts stay open "
            rf"\(.*process {reader.info.backend_pid} of writer.*\): end them, then try again"
        )
        failed = threading.Event()

        def fail() -> None:
            with pytest.raises(AtpError, match=f"^{sentence}$"):
                mirror_module.mirror(mirrored.address, "marts")
            failed.set()

        mirroring = threading.Thread(target=fail)
        mirroring.start()
        # Others wait no longer than a try to lock the tables takes, half a second.
        other.execute("set statement_timeout = '900ms'")
        while mirroring.is_alive():
            other.execute("select count(*) from marts.trade_totals cross join marts.build")
        mirroring.join()
        assert failed.is_set()
        assert reader.execute(COUNT).fetchall() == mirrored.warehouse.query(COUNT)
    assert state(mirrored) == before
    mirrored.mirror()


def test_the_mirror_waits_for_a_reader_that_ends_in_time(mirrored: Target) -> None:
    with mirrored.connect() as reader:
        with reader.transaction():
            reader.execute(COUNT)
            mirroring = mirrored.start()
            waits = "select from pg_locks where mode = 'AccessExclusiveLock' and not granted"
            until(lambda: mirrored.query(waits))
            assert reader.execute(COUNT).fetchall() == mirrored.warehouse.query(COUNT)
        output, _ = mirroring.communicate()
    assert mirroring.returncode == 0, output


def test_a_mirror_that_falls_silent_does_not_keep_readers_waiting(
    mirrored: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(mirrored)
    monkeypatch.chdir(mirrored.warehouse.project)
    monkeypatch.setattr(mirror_module, "SILENCE_SECONDS", 1)
    monkeypatch.setattr(mirror_module, "drop", lambda *_: mirrored.query(COUNT))
    with pytest.raises(AtpError, match=r"lost the connection to .* due to idle-in-transaction timeout"):
        mirror_module.mirror(mirrored.address, "marts")
    assert state(mirrored) == before


def test_a_prepared_statement_goes_on(mirrored: Target, tmp_path: Path) -> None:
    with mirrored.connect() as reader:
        reader.execute(f"prepare marks as {MARKS[0]}")
        reader.execute("execute marks")
        mirrored.mirror(ATP_TRADE_DB=str(marked_copy(mirrored.warehouse, tmp_path, 7)))
        assert reader.execute("execute marks").fetchall() == [(7,)]


# What others have given and made


def test_grants_survive(mirrored: Target) -> None:
    with mirrored.connect() as owner:
        for statement in (
            "grant usage on schema marts to reader",
            "grant select on all tables in schema marts to reader",
            'grant usage on schema marts to "B I; team" with grant option',
            'grant select (data_year, exports_usd_millions) on marts.trade_totals to "B I; team"',
            "grant select on marts.build to public",
            "alter default privileges in schema marts grant select on tables to reader",
            'alter default privileges grant select on tables to "B I; team"',
            'revoke all on marts.dim_source from "B I; team"',
        ):
            owner.execute(statement)
    granted = """
        select 'schema', nspname, nspacl::text, null from pg_namespace where nspname = 'marts'
        union all
        select 'table', relname, array(select unnest(relacl)::text order by 1)::text, null
        from pg_class where relnamespace = 'marts'::regnamespace and relacl is not null
        union all
        select 'column', relname, attname, attacl::text
        from pg_class inner join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'marts'::regnamespace and attacl is not null
        union all
        select 'default', coalesce(nspname, ''), defaclacl::text, null
        from pg_default_acl left join pg_namespace on pg_namespace.oid = defaclnamespace
        order by 1, 2, 3
    """
    before = mirrored.query(granted)
    assert {kind for kind, *_ in before} == {"schema", "table", "column", "default"}
    for _ in range(2):
        mirrored.mirror()
        assert mirrored.query(granted) == before
        assert mirrored.query(COUNT, user="reader") == mirrored.warehouse.query(COUNT)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("create view public.totals as table marts.trade_totals", "view totals depends on table marts.trade_totals"),
        (
            "create table public.notes (technology_id text references marts.dim_technology)",
            "constraint notes_technology_id_fkey on table notes depends on table marts.dim_technology",
        ),
    ],
)
def test_what_others_made_of_the_mirror_is_not_dropped(mirrored: Target, statement: str, found: str) -> None:
    with mirrored.connect("postgres") as admin:
        admin.execute("grant create on schema public to writer")
    with mirrored.connect() as owner:
        owner.execute(statement)
    before = state(mirrored)
    assert mirrored.refusal() == (
        f"{mirrored.place} is as it was: {found}, and would be lost: drop it, or name another schema with --schema"
    )
    assert state(mirrored) == before


def test_a_table_of_others_in_the_schema_stays(mirrored: Target) -> None:
    with mirrored.connect() as owner:
        owner.execute("create table marts.notes as select 1 as note")
    mirrored.mirror()
    assert mirrored.query("table marts.notes") == [(1,)]


def test_a_table_of_others_with_the_name_of_a_mart_is_not_touched(mirrored: Target) -> None:
    with mirrored.connect() as owner:
        owner.execute("alter table marts.build rename to old_build")
        owner.execute("create table marts.build as select 1 as note")
        owner.execute(f"comment on schema marts is '{mirror_module.MARK}dim_partner, old_build'")
    before = state(mirrored)
    assert 'relation "balance_by_subheading" already exists in schema "marts"' in mirrored.refusal()
    assert state(mirrored) == before


@pytest.mark.parametrize("schema", ["theirs", "public"])
def test_a_schema_that_is_no_mirror_is_refused(target: Target, schema: str) -> None:
    with target.connect() as owner:
        owner.execute("create schema theirs")
    assert target.refusal(target.address, "--schema", schema) == (
        f"{target.place} is as it was: its schema {schema} is not a mirror: name another one with --schema"
    )


# Faults


def test_a_mirror_that_is_stopped_in_the_middle_changes_nothing(mirrored: Target) -> None:
    before = state(mirrored)
    with held(mirrored, "trade_totals") as admin:
        for stop, said in (
            ("cancel", "is as it was: canceling statement due to user request"),
            ("terminate", "terminating connection due to administrator command): mirror again"),
        ):
            mirroring = mirrored.start()
            admin.execute(f"select pg_{stop}_backend({backend_in_the_middle(admin)})")
            output, _ = mirroring.communicate()
            assert one_sentence(mirroring.returncode, output).endswith(said)
            assert state(mirrored) == before
        mirroring = mirrored.start()
        backend_in_the_middle(admin)
        mirroring.send_signal(signal.SIGINT)
        output, _ = mirroring.communicate()
        assert one_sentence(mirroring.returncode, output) == f"interrupted; {mirrored.place} is as it was"
        assert state(mirrored) == before
        mirroring = mirrored.start()
        backend_in_the_middle(admin)
        mirroring.kill()
        mirroring.communicate()
        assert state(mirrored) == before
    mirrored.mirror()
    assert mirrored.schemas() == ["marts", "public"]


def test_a_server_that_crashes_in_the_middle_has_the_old_mirror(mirrored: Target) -> None:
    before = state(mirrored)
    with pytest.raises(psycopg.OperationalError), held(mirrored, "trade_totals") as admin:
        mirroring = mirrored.start()
        os.kill(backend_in_the_middle(admin), signal.SIGKILL)
        output, _ = mirroring.communicate()
        assert f"lost the connection to {mirrored.place}" in one_sentence(mirroring.returncode, output)
        admin.execute("select 1")
    wait_until_ready(mirrored.server)
    assert state(mirrored) == before
    with mirrored.connect("postgres") as admin:
        admin.execute("drop event trigger wait")
    mirrored.mirror()
    assert mirrored.schemas() == ["marts", "public"]


def test_a_full_disk_changes_nothing(mirrored: Target, tmp_path: Path) -> None:
    folder = mirrored.server.log.parent / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let a user mount a small disk")
    try:
        owner = unprivileged()
        os.chown(folder, owner["user"], owner["group"])
        with mirrored.connect("postgres") as admin:
            admin.execute(f"create tablespace small location '{folder}'")
            admin.execute("grant create on tablespace small to writer")
            admin.execute(f"alter role writer in database {mirrored.name} set default_tablespace = small")
            before = state(mirrored)
            assert "No space left on device" in mirrored.refusal()
            assert state(mirrored) == before
            admin.execute(f"alter role writer in database {mirrored.name} reset default_tablespace")
            mirrored.mirror()
            admin.execute("drop tablespace small")
    finally:
        subprocess.run(["umount", folder], check=True)


def test_two_mirrors_at_once_follow_each_other(mirrored: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mirrored.warehouse.project)
    monkeypatch.setattr(mirror_module, "PATIENCE_SECONDS", 1)
    with held(mirrored, "trade_totals") as admin:
        first = mirrored.start()
        backend_in_the_middle(admin)
        with pytest.raises(AtpError, match="another mirror is being written there: try again when it is done"):
            mirror_module.mirror(mirrored.address, "marts")
        second = mirrored.start()
        waits = "select from pg_locks where locktype = 'advisory' and not granted having count(*) = 2"
        until(lambda: admin.execute(waits).fetchone() is not None)
    for mirroring in (first, second):
        output, _ = mirroring.communicate()
        assert mirroring.returncode == 0, output
    assert mirrored.schemas() == ["marts", "public"]


def test_a_type_without_a_counterpart_is_named(mirrored: Target, tmp_path: Path) -> None:
    before = state(mirrored)
    other = marked_copy(mirrored.warehouse, tmp_path, 1)
    with duckdb.connect(str(other)) as connection:
        connection.execute("alter table marts.dim_source add column pages integer[]")
    assert mirrored.refusal(mirrored.address, ATP_TRADE_DB=str(other)) == (
        "no type of PostgreSQL is known for marts.dim_source.pages (INTEGER[]): "
        "add it to src/atp_trade/outlets/mirror.py"
    )
    assert state(mirrored) == before


def test_a_file_that_no_build_stands_behind_is_not_mirrored(target: Target, tmp_path: Path) -> None:
    other = marked_copy(target.warehouse, tmp_path, 1)
    with duckdb.connect(str(other)) as connection:
        connection.execute("drop table meta.build")
    sentence = target.refusal(target.address, ATP_TRADE_DB=str(other))
    assert sentence == f"{other} has no build record (meta.build): build it with `make build`"


# The way in


def test_the_password_is_not_in_the_list_of_processes(mirrored: Target) -> None:
    with held(mirrored, "trade_totals") as admin:
        mirroring = mirrored.start()
        backend_in_the_middle(admin)
        commands = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
        assert any("atp mirror" in command for command in commands)
        for command in commands:
            assert PASSWORD not in command
            assert IN_ADDRESS not in command
    assert mirroring.communicate()[0] == f"mirrored {MARTS} marts in schema marts of {mirrored.place}\n"


def test_make_refuses_a_password_on_its_command_line(tmp_path: Path) -> None:
    outcome = subprocess.run(
        ["make", "mirror", "DATABASE=postgresql://writer:s3cr3t@127.0.0.1/x", f"VENV={tmp_path / 'none'}"],
        cwd=PROJECT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert outcome.returncode != 0
    assert "keep the password out of make's command line" in outcome.stdout
    assert "s3cr3t" not in outcome.stdout
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("way", ["variable", "password file", "service file"])
def test_the_password_can_come_from_where_psql_takes_it(target: Target, tmp_path: Path, way: str) -> None:
    address, environment = f"postgresql://writer@{LOOPBACK}:{target.server.port}/{target.name}", {}
    if way == "variable":
        environment["PGPASSWORD"] = PASSWORD
    elif way == "password file":
        file = tmp_path / ".pgpass"
        file.write_text(f"{LOOPBACK}:*:{target.name}:writer:{PASSWORD.replace(':', chr(92) + ':')}\n")
        file.chmod(0o600)
        environment["HOME"] = str(tmp_path)
        environment["PGPASSFILE"] = str(file)
    else:
        file = tmp_path / "services"
        port, name = target.server.port, target.name
        file.write_text(f"[warehouse]\nhost={LOOPBACK}\nport={port}\nuser=writer\ndbname={name}\npassword={PASSWORD}\n")
        address, environment["PGSERVICEFILE"] = "postgresql://?service=warehouse", str(file)
    outcome = target.warehouse.run("atp", "mirror", address, **environment)
    assert outcome.returncode == 0, outcome.stdout
    assert target.query(COUNT) == target.warehouse.query(COUNT)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://writer:s3cr3t@127.0.0.1:{port}/{name}", 'password authentication failed for user "writer"'),
        ("postgresql://writer:{password}@127.0.0.1:{port}/nowhere", 'database "nowhere" does not exist'),
        ("postgresql://writer:{password}@127.0.0.1:1/{name}", "port 1 failed: Connection refused"),
        ("postgresql://writer:{password}@no.host.invalid/{name}", "failed to resolve host 'no.host.invalid'"),
        ("postgresql://writer:{password}@127.0.0.1:{port}/{name}?sslmode=require", "SSL was required"),
        ("postgresql://reader:{password}@127.0.0.1:{port}/{name}", "the role reader must own the mirror"),
        ("postgresql://writer:s3cr3t@more@127.0.0.1:{port}/{name}", "has @ in more than one place"),
        ("postgresql://writer:s3cr3t/more@127.0.0.1:{port}/{name}", "has @ in more than one place"),
        ("postgresql://writer:s3cr3t%zz@127.0.0.1:{port}/{name}", "the database's address cannot be read"),
        ("postgresql://writer@127.0.0.1:{port}/{name}?passwort=s3cr3t", "the database's address cannot be read"),
        ("mysql://writer:s3cr3t@127.0.0.1/{name}", "this is not the address of a PostgreSQL database"),
        ("host=127.0.0.1 password=s3cr3t", "this is not the address of a PostgreSQL database"),
    ],
)
def test_no_way_in_is_one_sentence(untouched: Target, address: str, said: str) -> None:
    sentence = untouched.refusal(address.format(port=untouched.server.port, name=untouched.name, password=IN_ADDRESS))
    assert said in sentence
    assert untouched.schemas() == ["public"]


def test_a_server_that_never_answers(untouched: Target) -> None:
    with socket.create_server((LOOPBACK, 0)) as silent:
        address = f"postgresql://writer:{IN_ADDRESS}@{LOOPBACK}:{silent.getsockname()[1]}/x"
        sentence = untouched.refusal(address, PGCONNECT_TIMEOUT="2")
    assert sentence.startswith("cannot connect to PostgreSQL: ")
    assert "timeout" in sentence


def test_a_database_that_may_not_be_written(untouched: Target) -> None:
    assert "in a read-only transaction" in untouched.refusal(
        untouched.address, PGOPTIONS="-c default_transaction_read_only=on"
    )


@pytest.mark.parametrize("name", ["", "x" * 64, "pg_marts", mirror_module.UNFINISHED])
def test_a_name_that_no_schema_can_have(untouched: Target, name: str) -> None:
    assert "schema" in untouched.refusal(untouched.address, "--schema", name)
    assert untouched.schemas() == ["public"]


def test_without_the_client_the_command_names_its_target(warehouse: Warehouse) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None; sys.argv[1:] = ['mirror', 'x']; "
        "from atp_trade import cli; cli.main()"
    )
    outcome = warehouse.run("python", "-c", code)
    assert one_sentence(outcome.returncode, outcome.stdout) == (
        "PostgreSQL's client is not installed here: `make mirror DATABASE=...` installs it"
    )
