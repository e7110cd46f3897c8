"""Every command that reads the published file: under any name, of a green build alone, in one sentence if it fails."""

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from conftest import Warehouse

import atp_trade
from atp_trade import AtpError
from atp_trade.ask import ask
from atp_trade.files import OLD
from atp_trade.outlets import export as export_module
from atp_trade.outlets.export import Format, export
from atp_trade.outlets.superset import write_bundle
from atp_trade.pages.audit import write_audit_page
from atp_trade.pages.dictionary import write_dictionary
from atp_trade.status import status
from atp_trade.warehouse import RESERVED_NAMES, identifier, opened

ATP = Path(sys.executable).with_name("atp")
# As profiles/profiles.yml sets it, after three headers.
BLOCK_BYTES = 16_384
HEADER_BYTES = 3 * 4096


def written(path: Path) -> dict[str, bytes]:
    """The bytes of a file, or of each file of a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def exported(form: Format, folder: Path) -> dict[str, bytes]:
    """The files of an export."""
    assert export(form, folder).endswith(f" to {folder.resolve()}")
    return written(folder)


def mirrored() -> list[tuple]:
    """What `atp mirror` reads, as it would be copied."""
    module = pytest.importorskip("atp_trade.outlets.mirror", reason="needs PostgreSQL's client")
    rows = []

    def replace(_: Any, warehouse: duckdb.DuckDBPyConnection, tables: list, *__: str) -> None:
        for table in tables:
            rows.append(
                (table, warehouse.execute(f"from {table.qualified_name} order by {table.row_order}").fetchall())
            )

    @contextmanager
    def connected(_: str) -> Iterator[Any]:
        yield SimpleNamespace(
            info=SimpleNamespace(dbname="d", host="h", port=1, user="u"), transaction=nullcontext, broken=False
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "connected", connected)
        patch.setattr(module, "replace", replace)
        module.mirror("postgresql://h/d", "marts")
    return rows


def reported(folder: Path) -> Path:
    """The page without its pictures, which take seconds and read nothing, and without the file itself."""
    site = pytest.importorskip("atp_trade.pages.web.site", reason="needs what draws the page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site.downloads, "pictures", lambda *_: ())
        patch.setattr(site.downloads, "copy_database", lambda *_: None)
        return site.write_site(folder).parent


def printed(verb: Callable[[], None]) -> str:
    """What a command prints."""
    with redirect_stdout(StringIO()) as output:
        verb()
    return output.getvalue()


# What each command makes of the file of ATP_TRADE_DB in the working folder.
VERBS: dict[str, Callable[[], Any]] = {
    "status": lambda: list(status())[1:],
    **{f"export {form.value}": lambda form=form: exported(form, Path("out") / form.value) for form in Format},
    "pages: audit": lambda: written(write_audit_page()),
    "pages: dictionary": lambda: written(write_dictionary()),
    "ask": lambda: printed(lambda: ask("concentration", as_sql=True, form="csv")),
    "report": lambda: written(reported(Path("out", "page"))),
    "superset": lambda: written(write_bundle(Path("out", "bundle.zip"), Path("/srv/atp_trade.duckdb"))),
    "mirror": mirrored,
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder to work in."""
    (tmp_path / "dbt_project.yml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def database(place: Path, short: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the published file, with few rows, to break; every command reads it."""
    copied = Path(shutil.copy(short, place / "atp_trade.duckdb"))
    monkeypatch.setenv("ATP_TRADE_DB", str(copied))
    return copied


def is_refusal(database: Path, sentence: str) -> bool:
    """Whether a sentence says what a damaged file is, and what to do; a mirror says first that it is as it was."""
    said = sentence.removeprefix("database d of h:1 is as it was: ").removeprefix(f"{database} ")
    advice = "(if it is damaged, move it away and run `make build`|move it away, or name another file with --db)"
    return re.fullmatch(rf"(cannot be read \(.+\): |is not a DuckDB database: ){advice}", said) is not None


def refusal(verb: str) -> str | None:
    """What a command says that fails; None if it succeeds."""
    try:
        VERBS[verb]()
    except AtpError as error:
        assert "\n" not in str(error)
        return str(error)
    return None


@pytest.mark.parametrize("verb", VERBS)
def test_what_no_green_build_made_is_not_passed_on(database: Path, verb: str) -> None:
    """A plain `dbt build` takes the schema meta out before it writes."""
    VERBS[verb]()
    before = written(database.parent)
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop schema meta cascade")
        connection.execute("update marts.trade_totals set exports_usd_millions = 0")
    before[database.name] = database.read_bytes()
    assert refusal(verb) == f"{database} has no build record (meta.build): build it with `make build`"
    assert written(database.parent) == before


def test_only_a_question_is_asked_of_a_file_that_no_green_build_made() -> None:
    """A new command that makes something of the file takes it from `warehouse.published`."""
    source = Path(atp_trade.__file__).parent
    opening = {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if re.search(r"\bopened\(|duckdb\.connect\(", file.read_text())
    }
    # build.py opens its own side file, publish.py does too; what loads or makes up rows opens no file but its own.
    writers = {"load/raw.py", "load/product_files.py", "synthesize.py"}
    assert opening == {"warehouse.py", "build.py", "publish.py", "sql.py", "describe.py", *writers}
    users = {file.stem for file in source.rglob("*.py") if re.search(r"\bpublished(_data)?\(", file.read_text())}
    assert users == {
        "warehouse",
        "status",
        "ask",
        "export",
        "mirror",
        "superset",
        "audit",
        "dictionary",
        "site",
        "downloads",
    }


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "superset"])
def test_a_copy_of_any_name_is_read_as_the_file_itself(
    database: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    expected = VERBS[verb]()
    names = [f"{name}.duckdb" for name in RESERVED_NAMES] if verb.startswith(("status", "export csv")) else []
    for name in (*names, "audit.duckdb", "MARTS.v2.duckdb", "printed.2026-11.duckdb", "..meta", " it's ? # 1", "seeds"):
        copied = database.rename(database.with_name(name))
        monkeypatch.setenv("ATP_TRADE_DB", str(copied))
        assert VERBS[verb]() == expected, name
        database = copied


def test_superset_gets_no_file_whose_name_hides_a_schema(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It opens the file itself, by its name."""
    for seen in ("/srv/audit.duckdb", "/srv/Marts.v2.duckdb", "/srv/printed.2026-11.duckdb"):
        with pytest.raises(AtpError, match="and not main, system, temp"):
            write_bundle(Path("bundle.zip"), Path(seen))
    monkeypatch.setenv("ATP_TRADE_DB", str(database.rename(database.with_name("marts.v2.duckdb"))))
    with pytest.raises(AtpError, match="and not main, system, temp"):
        write_bundle(Path("bundle.zip"))
    assert not Path("bundle.zip").exists()


def test_a_damaged_file_is_one_sentence_or_makes_no_difference(database: Path, request: pytest.FixtureRequest) -> None:
    """Eight bytes of one block at a time, in the headers and all over the file."""
    whole = database.read_bytes()
    expected = {verb: VERBS[verb]() for verb in VERBS}
    before = written(database.parent)
    draw = random.Random(1)
    starts = range(HEADER_BYTES, len(whole) - BLOCK_BYTES + 1, BLOCK_BYTES)
    blocks = draw.sample(starts, min(len(starts), request.config.getoption("--damages")))
    refused = dict.fromkeys(VERBS, 0)
    for start in (0, *blocks):
        at = start + draw.randrange((BLOCK_BYTES if start else HEADER_BYTES // 3) - 8)
        broken = whole[:at] + bytes(byte ^ draw.randrange(1, 256) for byte in whole[at : at + 8]) + whole[at + 8 :]
        for verb in VERBS:
            database.write_bytes(broken)
            try:
                assert VERBS[verb]() == expected[verb], f"{verb}: bytes from {at}"
            except AtpError as error:
                refused[verb] += 1
                assert is_refusal(database, str(error)), error
                assert "Attempting" not in str(error)
            assert written(database.parent) == {**before, database.name: broken}
    # Every command has blocks that it reads, and there are some that it does not need.
    assert all(count > 0 for count in refused.values()), refused
    assert any(count < len(blocks) for count in refused.values())


@pytest.mark.parametrize("bytes_left", [0, 1, HEADER_BYTES, HEADER_BYTES + BLOCK_BYTES, 1_000_000, -1])
@pytest.mark.parametrize("verb", VERBS)
def test_a_file_that_is_cut_off_is_one_sentence(
    warehouse: Warehouse, database: Path, verb: str, bytes_left: int
) -> None:
    database.write_bytes(warehouse.database.read_bytes()[:bytes_left])
    assert is_refusal(database, refusal(verb) or "")


@pytest.mark.parametrize("form", Format)
def test_a_file_that_is_cut_off_while_it_is_read_is_one_sentence(
    database: Path, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    before = exported(form, Path("out"))
    describe = export_module.describe

    def cut_off(*arguments: Any) -> Any:
        found = describe(*arguments)
        with database.open("r+b") as file:
            file.truncate(HEADER_BYTES)
        return found

    monkeypatch.setattr(export_module, "describe", cut_off)
    with pytest.raises(AtpError, match=r"cannot be read \(IO Error: .*\): if it is damaged, move it away") as refused:
        export(form, Path("out"))
    assert "\n" not in str(refused.value)
    assert written(Path("out")) == before
    assert [path.name for path in Path().glob(f"*unfinished*{OLD}")] == []


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A database with a table."""
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        connection.execute("create table t as select 42 as answer")
    return tmp_path / "x.duckdb"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (duckdb.IOException("IO Error: Corrupt file\nmore"), "IO Error: Corrupt file"),
        (duckdb.InternalException("INTERNAL Error: a\n\nStack Trace:\n\n0 0x7f"), "INTERNAL Error: a"),
        (duckdb.FatalException("FATAL Error: b\nStack Trace:\n0"), "FATAL Error: b"),
        (duckdb.OutOfMemoryException("Out of Memory Error: c"), "Out of Memory Error: c"),
        (duckdb.SerializationException("Serialization Error: d"), "Serialization Error: d"),
        (duckdb.InvalidInputException("Invalid Input Error: e\nError: IO Error: why"), "IO Error: why"),
        (RuntimeError("basic_string::append"), "basic_string::append"),
        (RuntimeError(""), "no message"),
    ],
)
def test_any_error_of_duckdb_is_one_sentence(small: Path, error: Exception, reason: str) -> None:
    with pytest.raises(AtpError) as refused, opened(small):
        raise error
    advice = "if it is damaged, move it away and run `make build`"
    assert str(refused.value) == f"{small} cannot be read ({reason}): {advice}"


@pytest.mark.parametrize("sql", ["from nowhere", "select nothing from t", "from nowhere.t"])
def test_a_file_without_what_is_asked_for_is_of_another_version(small: Path, sql: str) -> None:
    with (
        pytest.raises(
            AtpError, match=r"x\.duckdb is not of this version of the project \(.*\): run `make build` first"
        ),
        opened(small) as connection,
    ):
        connection.sql(sql).fetchall()


@pytest.mark.parametrize("error", [KeyError("a"), RecursionError("b"), NotImplementedError("c"), OSError("d")])
def test_an_error_of_our_own_is_not_taken_for_one_of_the_file(small: Path, error: Exception) -> None:
    with pytest.raises(type(error)), opened(small):
        raise error


@pytest.mark.parametrize("error", [RuntimeError("Query interrupted"), duckdb.InterruptException("Interrupted!")])
def test_ctrl_c_in_a_query_is_ctrl_c(small: Path, error: Exception) -> None:
    with pytest.raises(KeyboardInterrupt), opened(small):
        raise error


def test_who_wants_duckdbs_own_words_takes_them_in_the_block(small: Path) -> None:
    with opened(small) as connection:
        with pytest.raises(duckdb.CatalogException, match="LINE 1: from nowhere"):
            connection.execute("from nowhere")
        assert connection.sql("select answer from t").fetchall() == [(42,)]


def test_an_open_file_cannot_be_written_and_has_nothing_beside_it(small: Path) -> None:
    before = small.read_bytes()
    with opened(small) as connection:
        for sql in ("insert into t values (1)", "create table u as select 1", "drop table t"):
            with pytest.raises(duckdb.InvalidInputException, match="read-only"):
                connection.execute(sql)
    assert (small.read_bytes(), [path.name for path in small.parent.iterdir()]) == (before, [small.name])


def test_a_database_of_another_program_is_not_opened(tmp_path: Path) -> None:
    """DuckDB would look for an extension that reads it, in the network."""
    other = tmp_path / "other.db"
    other.write_bytes(b"SQLite format 3\0" + bytes(4096))
    with pytest.raises(AtpError, match="is not a DuckDB database: move it away"), opened(other):
        raise AssertionError("it was opened")


@pytest.mark.parametrize(
    "change",
    [
        "update meta.build set built_at_utc = null",
        "update meta.build set built_at_utc = timestamp '290000-01-01'",
        "alter table meta.build alter built_at_utc type varchar",
        "alter table meta.build alter git_commit type integer using 1",
        "delete from meta.build",
        "insert into meta.build from meta.build",
    ],
)
@pytest.mark.parametrize("verb", ["status", "export csv", "superset", "ask"])
def test_a_build_record_that_no_build_wrote_is_none(database: Path, verb: str, change: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(change)
    assert refusal(verb) == f"{database} has no build record (meta.build): build it with `make build`"


def test_names_in_a_file_of_somebody_else_stay_names(database: Path) -> None:
    injected = database.parent / "injected.csv"
    with duckdb.connect(str(database)) as connection:
        for schema in ("marts", "audit"):
            name = f"x\"; copy (select 1) to '{injected}'; --"
            connection.execute(f"create table {schema}.{identifier(name)} as select 1 as {identifier(name)}")
    VERBS["status"]()
    assert "cannot be a file or sheet of its name" in refusal("export csv")
    assert "cannot be a file or sheet of its name" in refusal("export xlsx")
    assert not injected.exists()


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a" * 32, "a b"])
def test_an_export_stays_in_its_folder(database: Path, name: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"create table marts.{identifier(name)} as select 1 as number")
    before = written(database.parent)
    assert f"the relation {name!r} cannot be a file or sheet of its name" in refusal("export csv")
    assert written(database.parent) == before


def test_a_type_that_no_standard_names_is_exported_all_the_same(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table marts.odd as select uuid() as id, 'a'::enum('a') as letter, [1] as list")
    VERBS["export csv"]()
    package = json.loads((database.parent / "out" / "csv" / "datapackage.json").read_text())
    (odd,) = (resource for resource in package["resources"] if resource["name"] == "odd")
    assert [field["type"] for field in odd["schema"]["fields"]] == ["any", "any", "any"]


def test_what_a_file_says_of_itself_does_not_command_the_terminal(database: Path) -> None:
    escape = "\x1b[31m"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"comment on table marts.trade_totals is '{escape}'")
        connection.execute(f"comment on column marts.trade_totals.data_year is '{escape}'")
        connection.execute(f"update meta.build set git_commit = '{escape}'")
        connection.execute(
            f"insert into meta.questions values ('{escape}', '{escape}', 'select 1 -- {escape}', '{escape}')"
        )
    for arguments in (
        ["status"],
        ["describe"],
        ["describe", "trade_totals"],
        ["ask"],
        ["ask", escape, "--sql"],
        ["ask", "z" + escape],
    ):
        outcome = subprocess.run([ATP, *arguments], capture_output=True, text=True, check=False)
        assert escape not in outcome.stdout + outcome.stderr, arguments
        assert r"\x1b[31m" in outcome.stdout + outcome.stderr, arguments
