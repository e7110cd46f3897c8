"""A mirror in PostgreSQL: the marts, copied into a fresh schema, take the old ones' place in one transaction.

Why tables are locked and moved as they are: D34 and D35 in DECISIONS.md.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict

from atp_trade import AtpError
from atp_trade.places import file_to_read
from atp_trade.warehouse import (
    SYNTHETIC_PREFIX,
    Column,
    Relation,
    identifier,
    published,
    read_errors,
    relations,
    titled,
)

# The schema's comment tells a mirror from what is anybody else's, and names the tables that are the mirror's own.
MARK = "The marts of the ATP Trade Warehouse, replaced as a whole by `atp mirror`: "
UNFINISHED = "atp_mirror_unfinished"
LONGEST_NAME_BYTES = 63
CONNECT_SECONDS = 10
# How long to wait for readers that keep a transaction open, and for another mirror.
PATIENCE_SECONDS = 30
# How long we may be silent while readers wait for us; the server then ends our transaction.
SILENCE_SECONDS = 10
COPIED_ROWS = 10_000

TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double precision",
    "INTEGER": "integer",
    "TIMESTAMP": "timestamp",
    "VARCHAR": "text",
}

# Queries that write statements: new tables are to be granted as those in the old schema are by default ...
DEFAULT_PRIVILEGES = """
    select
        format(
            'alter default privileges in schema %%I grant %%s on tables to %%s%%s',
            %(new)s::text, privilege_type, case grantee when 0 then 'public' else grantee::regrole::text end,
            case when is_grantable then ' with grant option' else '' end
        )
    from pg_default_acl
    inner join pg_namespace on pg_namespace.oid = defaclnamespace
    inner join pg_roles on pg_roles.oid = defaclrole
    cross join aclexplode(defaclacl)
    where nspname = %(old)s and rolname = current_user and defaclobjtype = 'r'
"""
# ... and tables and columns that were there before have the grants that they had, and no others.
GRANTS = """
    with tables as (
        select
            old.oid as old_oid, old.relacl as old_acl, new.oid as new_oid, new.relacl as new_acl,
            format('table %%I.%%I', %(new)s::text, relname) as object
        from pg_class as old
        inner join pg_class as new using (relname)
        where
            old.relnamespace = (select oid from pg_namespace where nspname = %(old)s) and old.relkind = 'r'
            and new.relnamespace = (select oid from pg_namespace where nspname = %(new)s) and new.relkind = 'r'
    ),

    objects as (
        select object, '' as columns, old_acl, new_acl from tables
        union all
        select object, format(' (%%I)', attname), old.attacl, new.attacl
        from tables
        inner join pg_attribute as old on old.attrelid = old_oid
        inner join pg_attribute as new using (attname)
        where new.attrelid = new_oid
    ),

    privileges as (
        select 'revoke' as verb, objects.*, entry.* from objects cross join aclexplode(new_acl) as entry
        union all
        select 'grant', objects.*, entry.* from objects cross join aclexplode(old_acl) as entry
    )

    select
        format(
            '%%s %%s%%s on %%s %%s %%s%%s',
            verb, privilege_type, columns, object, case verb when 'grant' then 'to' else 'from' end,
            case grantee when 0 then 'public' else grantee::regrole::text end,
            case when verb = 'grant' and is_grantable then ' with grant option' else '' end
        )
    from privileges
    where grantee <> (select oid from pg_roles where rolname = current_user)
    order by verb desc
"""


def mirror(address: str, schema: str) -> str:
    """Copy the marts, and the record of their build, into a schema of a PostgreSQL database; return where they are.

    An existing mirror is replaced and its grants are kept. AtpError, and nothing changed, if that cannot be done.
    """
    if not 0 < len(schema.encode()) <= LONGEST_NAME_BYTES or schema == UNFINISHED:
        raise AtpError(
            f"a schema's name has 1 to {LONGEST_NAME_BYTES} bytes and is not {UNFINISHED}: "
            "name another one with --schema"
        )
    database = file_to_read()
    with published(database) as (warehouse, build):
        marts = relations(warehouse, "marts")
        tables = [*marts, *(table for table in relations(warehouse, "meta") if table.name == "build")]
        for table in tables:
            for column in table.columns:
                postgres_type(table, column)
        with connected(address) as postgres:
            place = f"database {postgres.info.dbname} of {postgres.info.host or 'this machine'}:{postgres.info.port}"
            try:
                with read_errors(database), postgres.transaction():
                    replace(postgres, warehouse, tables, schema, titled(MARK, build))
            except psycopg.Error as error:
                if postgres.broken:
                    raise AtpError(f"lost the connection to {place} ({said(error)}): mirror again") from error
                advice = ""
                if isinstance(error, errors.DuplicateSchema):
                    advice = ": drop it there, it is in the way of every mirror"
                if isinstance(error, errors.InsufficientPrivilege):
                    advice = f"; the role {postgres.info.user} must own the mirror and have the right to create schemas"
                raise AtpError(f"{place} is as it was: {said(error)}{advice}") from error
            except AtpError as error:
                raise AtpError(f"{place} is as it was: {error}") from error
            except KeyboardInterrupt:
                raise AtpError(f"interrupted; {place} is as it was") from None
    return f"{len(marts)} marts in schema {schema} of {place}"


@contextmanager
def connected(address: str) -> Iterator[psycopg.Connection]:
    """A PostgreSQL database by its address, libpq's variables and password file. AtpError if there is no way in."""
    # What libpq says of an address that it cannot read may have the password in it.
    advice = "write postgresql://user@host:port/database, with %40 for @, %2F for / and %25 for % in a name or password"
    if not re.match("postgres(ql)?://", address):
        raise AtpError(f"this is not the address of a PostgreSQL database: {advice}")
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error:
        raise AtpError(f"the database's address cannot be read: {advice}") from None
    if any("@" in str(parts.get(part, "")) for part in ("host", "port", "dbname")):
        raise AtpError(f"the database's address has @ in more than one place: {advice}")
    if not re.fullmatch(r"[\d,]*", str(parts.get("port", ""))):
        raise AtpError(f"the port in the database's address is not a number: {advice}")
    # libpq's own setting, so that an address or a service file that names another one has it.
    os.environ.setdefault("PGCONNECT_TIMEOUT", str(CONNECT_SECONDS))
    os.environ.setdefault("PGAPPNAME", "atp mirror")
    try:
        connection = psycopg.connect(address, autocommit=True, client_encoding="utf8")
    except psycopg.Error as error:
        raise AtpError(
            f"cannot connect to PostgreSQL: {said(error)}; check the server, the address and the password, "
            "which PGPASSWORD or ~/.pgpass can hold"
        ) from error
    with connection:
        yield connection


def said(error: psycopg.Error) -> str:
    """What PostgreSQL says of an error, in one line."""
    words = " ".join((error.diag.message_primary or str(error)).split())
    return re.sub("^connection (failed|is bad): ", "", words)


def replace(
    postgres: psycopg.Connection, warehouse: duckdb.DuckDBPyConnection, tables: list[Relation], schema: str, mark: str
) -> None:
    """Copy the tables into a fresh schema and put them in the place of the old ones, inside the caller's transaction.

    The schema's name stays with the schema: if it moved, a session that still knew the old one by it would not find a
    table there, in the moment between PostgreSQL's commit and its telling the other sessions.
    """
    wait_for_other_mirrors(postgres)
    old = mirrored_tables(postgres, schema, mark)
    execute(postgres, "create schema {}", UNFINISHED)
    run_all(postgres, DEFAULT_PRIVILEGES, schema)
    for table in tables:
        copy_table(postgres, warehouse, table)
    if old is None:
        execute(postgres, "create schema {}", schema)
    else:
        lock(postgres, schema, old)
        run_all(postgres, GRANTS, schema)
        drop(postgres, schema, old)
    for table in tables:
        execute(postgres, "alter table {} set schema {}", (UNFINISHED, table.name), schema)
    names = ", ".join(table.name for table in tables)
    execute(postgres, "comment on schema {} is {}", schema, sql.Literal(mark + names))
    execute(postgres, "drop schema {}", UNFINISHED)


def wait_for_other_mirrors(postgres: psycopg.Connection) -> None:
    """Lock the database for one mirror at a time, until the transaction ends."""
    execute(postgres, "set local lock_timeout = {}", sql.Literal(f"{PATIENCE_SECONDS}s"))
    try:
        postgres.execute("select pg_advisory_xact_lock(hashtext('atp mirror'))")
    except errors.LockNotAvailable as error:
        raise AtpError("another mirror is being written there: try again when it is done") from error


def mirrored_tables(postgres: psycopg.Connection, schema: str, mark: str) -> list[str] | None:
    """The mirror's own tables that a schema has; None if there is no such schema.

    AtpError if it is not a mirror, or if it is one of data and `mark` is that of made-up trade.
    """
    found = postgres.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [schema]
    ).fetchone()
    if found is None:
        return None
    comment = (found[0] or "").removeprefix(SYNTHETIC_PREFIX)
    if not comment.startswith(MARK):
        raise AtpError(f"its schema {schema} is not a mirror: name another one with --schema")
    if mark != MARK and comment == found[0]:
        raise AtpError(
            f"its schema {schema} mirrors data, and synthetic trade never takes their place: name another one with "
            "--schema"
        )
    return [
        name
        for (name,) in postgres.execute(
            """
            select tablename from pg_tables where schemaname = %s and tablename = any(%s) order by tablename
            """,
            [schema, comment.removeprefix(MARK).split(", ")],
        )
    ]


def copy_table(postgres: psycopg.Connection, warehouse: duckdb.DuckDBPyConnection, table: Relation) -> None:
    """Make a table with its rows, key and comments in the unfinished schema."""
    target = (UNFINISHED, table.name)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {} {}").format(
            sql.Identifier(column.name),
            sql.SQL(postgres_type(table, column)),
            sql.SQL("" if column.is_nullable else "not null"),
        )
        for column in table.columns
    )
    execute(postgres, "create table {} ({})", target, columns)
    names = ", ".join(identifier(column.name) for column in table.columns)
    rows = warehouse.execute(f"select {names} from {table.qualified_name} order by {table.row_order}")
    # Frozen rows are there for every reader: a transaction that began before the swap would find the tables empty.
    with postgres.cursor().copy(sql.SQL("copy {} from stdin (freeze)").format(sql.Identifier(*target))) as copy:
        while chunk := rows.fetchmany(COPIED_ROWS):
            for row in chunk:
                copy.write_row(row)
    if table.primary_key:
        key = sql.SQL(", ").join(map(sql.Identifier, table.primary_key))
        execute(postgres, "alter table {} add primary key ({})", target, key)
    execute(postgres, "comment on table {} is {}", target, sql.Literal(table.comment))
    for column in table.columns:
        execute(postgres, "comment on column {} is {}", (*target, column.name), sql.Literal(column.comment))
    execute(postgres, "analyze {}", target)


def postgres_type(table: Relation, column: Column) -> str:
    """The type with the same values. AtpError if none is known."""
    if re.fullmatch(r"DECIMAL\(\d+,\d+\)", column.type):
        return column.type.replace("DECIMAL", "numeric")
    if column.type not in TYPES:
        raise AtpError(
            f"no type of PostgreSQL is known for {table.schema}.{table.name}.{column.name} ({column.type}): "
            "add it to src/atp_trade/outlets/mirror.py"
        )
    return TYPES[column.type]


def lock(postgres: psycopg.Connection, schema: str, names: list[str]) -> None:
    """Wait until no transaction reads the tables, and keep readers waiting until ours ends.

    So a transaction that has read one of them sees all of them as they were. Each try ends before a reader that waits
    for us starts to look for a deadlock, because PostgreSQL might then end that reader; between tries, readers read.
    AtpError when patience ends.
    """
    ((longest_try_ms,),) = postgres.execute(
        "select setting::integer / 2 from pg_settings where name = 'deadlock_timeout'"
    ).fetchall()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        # Long tries outwait long queries; short ones find the gap between busy transactions.
        try_ends = time.monotonic() + random.uniform(0.05, 1) * longest_try_ms / 1000
        try:
            with postgres.transaction():
                for name in names:
                    left_ms = max(1, int(1000 * (try_ends - time.monotonic())))
                    execute(postgres, "set local lock_timeout = {}", sql.Literal(left_ms))
                    execute(postgres, "lock table {} in access exclusive mode", (schema, name))
            silence = sql.Literal(f"{SILENCE_SECONDS}s")
            execute(postgres, "set local idle_in_transaction_session_timeout = {}", silence)
            return
        except errors.LockNotAvailable as error:
            if time.monotonic() > deadline:
                raise AtpError(
                    f"transactions that have read schema {schema} stay open ({readers(postgres, schema)}): "
                    "end them, then try again"
                ) from error
        time.sleep(random.uniform(0.01, 0.1))


def readers(postgres: psycopg.Connection, schema: str) -> str:
    """Who holds locks on a schema's tables."""
    ((found,),) = postgres.execute(
        """
        select string_agg(distinct coalesce(format('process %%s of %%s', pid, usename), 'a prepared transaction'), ', ')
        from pg_locks
        inner join pg_class on pg_class.oid = relation
        left join pg_stat_activity using (pid)
        where relnamespace = %s::regnamespace and pid is distinct from pg_backend_pid()
        """,
        [sql.Identifier(schema).as_string(postgres)],
    ).fetchall()
    return found or "just ended"


def drop(postgres: psycopg.Connection, schema: str, names: list[str]) -> None:
    """Drop the mirror's tables. AtpError if others have built something on them: that is theirs to drop."""
    try:
        for name in names:
            execute(postgres, "drop table {}", (schema, name))
    except errors.DependentObjectsStillExist as error:
        found = (error.diag.message_detail or "").replace("\n", ", ")
        raise AtpError(f"{found}, and would be lost: drop it, or name another schema with --schema") from error


def run_all(postgres: psycopg.Connection, statements: str, schema: str) -> None:
    """Run the statements that a query writes: what applies to the old schema is to apply to the new one."""
    names = {"old": schema, "new": UNFINISHED}
    for (statement,) in postgres.execute(statements, names).fetchall():
        postgres.execute(statement)


def execute(postgres: psycopg.Connection, statement: str, *parts: str | tuple[str, ...] | sql.Composable) -> None:
    """Run a statement with names, qualified ones as tuples, put in its places."""
    names = (
        part if isinstance(part, sql.Composable) else sql.Identifier(*([part] if isinstance(part, str) else part))
        for part in parts
    )
    postgres.execute(sql.SQL(statement).format(*names))
