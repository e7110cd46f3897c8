"""`atp sql`: it answers, as people and programs like it, and it writes nothing."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import psutil
import pytest
from conftest import Warehouse, on_a_terminal

from atp_trade import AtpError
from atp_trade.guard import OF_ANOTHER_CLIENT, ONE_QUESTION, READING, check_question
from atp_trade.sql import short, spill_folder, sql
from atp_trade.table import fitted_lines, text_lines
from atp_trade.warehouse import PUBLIC_SCHEMAS, identifier, opened

THREE = (
    "select partner_name, exports_usd_millions from marts.trade_by_partner where data_year = 2006 and export_rank <= 3"
)
# Runs for hours unless somebody stops it.
LONG = "select count(*) from range(1000000) as a (i), range(1000000) as b (j) where i * j % 7 = 8"
SHOW_AREAS = (
    "pivot (select technology_id, data_year, balance_usd_millions from marts.trade_by_technology) "
    "on data_year using max(balance_usd_millions) order by technology_id"
)


def table_of(warehouse: Warehouse, *arguments: str, columns: int = 80) -> str:
    """What `atp` shows on a terminal of so many columns."""
    command = [Path(sys.executable).with_name("atp"), *arguments]
    return on_a_terminal(command, {**os.environ, "COLUMNS": str(columns)}, warehouse.project)


def test_sql_writes_a_table_csv_json_and_parquet(warehouse: Warehouse, tmp_path: Path) -> None:
    expected = warehouse.query(THREE)
    table = warehouse.run("atp", "sql", THREE)
    assert table.returncode == 0
    assert all(name in table.stdout for name, _ in expected)
    header, *rows = csv.reader(warehouse.run("atp", "sql", THREE, "--format", "csv").stdout.splitlines())
    assert header == ["partner_name", "exports_usd_millions"]
    assert rows == [[name, str(value)] for name, value in expected]
    lines = warehouse.run("atp", "sql", THREE, "--format", "json").stdout.splitlines()
    assert [tuple(json.loads(line).values()) for line in lines] == [(name, float(value)) for name, value in expected]
    parquet = tmp_path / "rows.parquet"
    with parquet.open("wb") as file:
        command = ["atp", "sql", THREE, "--format", "parquet"]
        subprocess.run(command, cwd=warehouse.project, stdout=file, check=True, env=warehouse.environment())
    assert duckdb.sql(f"from '{parquet}'").fetchall() == expected


def test_sql_takes_a_query_that_begins_with_a_comment_and_one_from_a_file(warehouse: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "question.sql"
    file.write_text("-- How many?\nselect 42 as answer\n")
    ways = ['"$(cat question.sql)"', "- < question.sql", "< question.sql", "-f question.sql", "-f - < question.sql"]
    command = "; ".join([f'cd "{tmp_path}"', *(f"atp sql --format csv {way}" for way in ways)])
    outcome = subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        env={**warehouse.environment(), "ATP_TRADE_DB": str(warehouse.database)},
    )
    assert (outcome.stdout, outcome.stderr) == ("answer\n42\n" * 5, "")


def test_sql_adds_to_a_file_and_does_not_cut_it(warehouse: Warehouse, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    command = f"echo before > '{log}'; atp sql 'select 42 as answer' --format csv >> '{log}'"
    subprocess.run(command, shell=True, cwd=warehouse.project, check=True, env=warehouse.environment())
    assert log.read_text() == "before\nanswer\n42\n"


def test_a_reader_that_has_seen_enough_is_no_error(warehouse: Warehouse) -> None:
    command = "atp sql 'from range(1000000)' --format csv | head -n 2"
    outcome = subprocess.run(
        command, shell=True, cwd=warehouse.project, capture_output=True, text=True, env=warehouse.environment()
    )
    assert outcome.stdout == "range\n0\n"
    assert outcome.stderr == ""


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selec 1", ['Parser Error: syntax error at or near "selec"', "\n\nLINE 1: selec 1\n        ^\n"]),
        (
            "select data_year,\n  no_column from marts.trade_totals",
            ['column "no_column" not found', "\n\nLINE 2:   no_column from marts.trade_totals\n          ^\n"],
        ),
        ("from marts.trade_total", ["Table with name trade_total does not exist", 'Did you mean "trade_totals"']),
        ("from query", ["Table with name query does not exist"]),
        ("select 'x'::integer", ["Could not convert string 'x' to INT32", "\n\nLINE 1: "]),
        ("from 'no_such_file.csv'", ['No files found that match the pattern "no_such_file.csv"']),
        ("select error('broken')", ["broken"]),
        ("select error('red' || chr(27) || '[31m')", [r"red\x1b[31m"]),
        (
            "select data_year,\n  partner_name::int\nfrom marts.trade_by_partner",
            ["Could not convert string", "\n\nLINE 2:   partner_name::int\n                      ^\n"],
        ),
    ],
)
@pytest.mark.parametrize("form", ["table", "json"])
def test_an_error_has_the_words_of_duckdb(warehouse: Warehouse, query: str, said: list[str], form: str) -> None:
    outcome = warehouse.run("atp", "sql", query, "--format", form)
    assert outcome.returncode == 1
    assert outcome.stdout.startswith("atp: ")
    assert "Traceback" not in outcome.stdout
    for part in said:
        assert part.lower() in outcome.stdout.lower()


@pytest.mark.parametrize(
    "query",
    [
        "copy (select 1) to 'written.csv'",
        "explain copy (select 1) to 'written.csv'",
        "explain analyze copy (select 1) to 'written.csv'",
        "EXPLAIN (ANALYZE) copy (select 1) to 'written.csv'",
        "explain (analyze, format json) copy (select 1) to 'written.csv'",
        "explain analyze copy (select 1) to 'atp_trade.duckdb' (format csv)",
        "/* é */ explain -- select 1\n analyze copy (select 1) to 'written.csv'",
        "explain analyze copy (pivot marts.dim_region on region_id using count(*)) to 'written.csv'",
        "copy (pivot marts.dim_region on region_id using count(*)) to 'written.csv'",
        "explain analyze create table written as select 1",
        "export database 'written'",
        "copy from database atp_trade to memory",
        "attach 'written.duckdb'",
        "create table written as select 1",
        "create temp table written as select 1",
        "create persistent secret written (type s3)",
        "create temp view written as select 1",
        "delete from marts.trade_totals",
        "update marts.trade_totals set data_year = 1",
        "insert into marts.trade_totals default values",
        "drop table marts.trade_totals",
        "pragma log_query_path = 'written'",
        "pragma profiling_output = 'written'",
        "create temp table written as (pivot marts.dim_region on region_id using count(*)); select 1",
        "set log_query_path = 'written'",
        "checkpoint",
        "call checkpoint()",
        "vacuum",
        "begin",
        "install excel",
        "load excel",
        "use memory",
        "prepare written as copy (select 1) to 'written.csv'",
        "execute written",
        "explain analyze\u00a0copy\u00a0(select 1) to 'written.csv'",
        "explain analyze\u00a0install\u00a0httpfs from '.'",
        "explain\u2003analyze\ufeffcreate table memory.main.written as select 1",
        "explain /* select 1 -- */ analyze copy (select 1) to 'written.csv'",
        "select 42; create or replace table memory.main.written as pivot (select 1 as a) on a using first(a)",
        "create table memory.main.written as (pivot (select 1 as a) on a using first(a)); from memory.main.written",
        "select 1; select 2",
        "select 1;; select 2",
        "select 1; copy (select 1) to 'written.csv'",
        "pivot marts.dim_region on region_id using count(*); copy (select 1) to 'written.csv'",
        "copy (select 1) to 'written.csv'; pivot marts.dim_region on region_id using count(*)",
        "",
        "-- nothing but a comment",
    ],
)
def test_what_would_do_more_than_answer_is_refused_and_writes_nothing(copied_file: Path, query: str) -> None:
    before = {path: path.read_bytes() for path in copied_file.parent.iterdir()}
    outcome = subprocess.run(
        [Path(sys.executable).with_name("atp"), "sql", "--db", copied_file, query],
        cwd=copied_file.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (1, "", f"atp: {ONE_QUESTION}\n")
    assert {path: path.read_bytes() for path in copied_file.parent.iterdir()} == before


@pytest.mark.parametrize(
    "call",
    [
        "enable_logging(level = 'trace', storage = 'file', storage_path = 'written')",
        "enable_profiling(save_location = 'written.json', format = 'json')",
        "\"Enable_Profiling\"  /* */ (save_location = 'written.json')",
        "disable_logging()",
        "checkpoint('atp_trade')",
        "force_checkpoint()",
        "truncate_duckdb_logs()",
        "pandas_scan(null)",
        "query('from enable_' || 'logging()')",
        "json_execute_serialized_sql(json_serialize_sql('select 1'))",
    ],
)
@pytest.mark.parametrize("around", ["select 1 as i union all select 2 from {}", "pivot (select 1 as i from {}) on i"])
def test_a_function_that_does_more_than_read_is_refused(copied_file: Path, call: str, around: str) -> None:
    before = {path: path.read_bytes() for path in copied_file.parent.iterdir()}
    with (
        opened(copied_file) as connection,
        pytest.raises(AtpError, match=r"^\w+\(\) does more than read: this command"),
    ):
        check_question(connection, around.format(call))
    outcome = subprocess.run(
        [Path(sys.executable).with_name("atp"), "sql", "--db", copied_file, around.format(call)],
        cwd=copied_file.parent,
        capture_output=True,
        check=False,
    )
    assert outcome.returncode == 1
    assert {path: path.read_bytes() for path in copied_file.parent.iterdir()} == before


def test_every_function_of_duckdb_that_makes_a_table_is_known_to_read_or_is_refused() -> None:
    """A new DuckDB may bring one that reads: it is refused until it is looked at and named."""
    functions = duckdb.sql(
        "select distinct function_name from duckdb_functions() where function_type = 'table'"
    ).fetchall()
    refused = {name for (name,) in functions if not READING.fullmatch(name)}
    assert refused <= {
        *("arrow_scan", "arrow_scan_dumb", "pandas_scan", "python_map_function", "seq_scan"),
        *("checkpoint", "force_checkpoint", "query", "query_table", "json_execute_serialized_sql"),
        *("disable_logging", "disable_profiling", "enable_logging", "enable_profiling", "truncate_duckdb_logs"),
    }
    assert refused >= {"enable_logging", "enable_profiling", "checkpoint", "query"}


@pytest.fixture(scope="module")
def copied_file(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file in a folder of its own, outside of any project."""
    return Path(shutil.copy(warehouse.database, tmp_path_factory.mktemp("reader")))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (SHOW_AREAS, 11),
        (f"from ({SHOW_AREAS})", 11),
        ("with r as (from marts.dim_region) pivot r on region_id using count(*)", None),
        (f"select count(*) from ({SHOW_AREAS})", 1),
        (f"{SHOW_AREAS};  -- the end", 11),
        ("unpivot marts.trade_totals on exports_usd_millions, imports_usd_millions", 14),
        (f"explain {SHOW_AREAS}", None),
        ("explain select 1", None),
        ("explain analyze select 1", None),
        ("explain (analyze) (select 1)", None),
        ("explain (format json) select 1", None),
        ("describe marts.trade_totals", 36),
        ("describe select 1 as one", 1),
        ("summarize marts.dim_region", None),
        ("values (1), (2)", 2),
        ("; select 1 as one;;", 1),
        (f"/* {'x' * 2000} */; {SHOW_AREAS};", 11),
        ("explain\u00a0select 1", None),
        ("select range(3), repeat('x', 2) from glob('dbt_project.yml')", None),
        ("table marts.dim_region", 6),
        ("pragma table_info('marts.dim_region')", None),
        ("show databases", None),
        ("from trade_totals", 7),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_every_kind_of_question_is_answered_in_every_form(
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    query: str,
    rows: int | None,
    form: str,
) -> None:
    # As `atp sql` does, without starting it.
    monkeypatch.chdir(warehouse.project)
    sql(query, form)
    shown = capfd.readouterr().out
    # A table has a line below its head.
    head = {"csv": 1, "json": 0, "table": 2}[form]
    found = [*csv.reader(shown.splitlines())] if form == "csv" else shown.splitlines()
    assert found[head:]
    if rows is not None:
        assert len(found) == head + rows


def test_a_pivot_has_areas_by_years(warehouse: Warehouse) -> None:
    outcome = warehouse.run("atp", "sql", SHOW_AREAS, "--format", "csv")
    header, *rows = csv.reader(outcome.stdout.splitlines())
    assert header == ["technology_id", *map(str, range(2000, 2007))]
    expected = warehouse.query(
        "select technology_id, list(cast(balance_usd_millions as varchar) order by data_year) "
        "from marts.trade_by_technology group by all order by all"
    )
    assert [(name, values) for name, *values in rows] == expected


@pytest.mark.parametrize("form", ["table", "csv"])
def test_show_tables_lists_the_public_relations_and_nothing_else(warehouse: Warehouse, form: str) -> None:
    outcome = warehouse.run("atp", "sql", "show tables", "--format", form)
    names = outcome.stdout.split()[2 if form == "table" else 1 :]
    expected = warehouse.query(
        f"select table_name from duckdb_tables() where schema_name in {PUBLIC_SCHEMAS} order by all"
    )
    assert [(name,) for name in names] == expected


def test_a_file_of_the_user_is_read_beside_the_marts(warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("partner_id,code\nCHN,07\n")
    query = f"select code, partner_name from '{tmp_path}/mine.csv' inner join marts.dim_partner using (partner_id)"
    outcome = warehouse.run("atp", "sql", query, "--format", "csv")
    assert outcome.stdout == "code,partner_name\n07,China\n"


@pytest.mark.parametrize(
    ("form", "stop"),
    [
        *((form, signal.SIGINT) for form in ("table", "csv", "json", "parquet")),
        *(("table", stop) for stop in (signal.SIGTERM, signal.SIGHUP)),
    ],
)
def test_a_long_query_stops_at_once(warehouse: Warehouse, tmp_path: Path, form: str, stop: signal.Signals) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        [Path(sys.executable).with_name("atp"), "sql", LONG, "--format", form],
        cwd=warehouse.project,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        wait_until_busy(running.pid)
        running.send_signal(stop)
        output, errors = running.communicate(timeout=20)
    assert (running.returncode, output, errors) == (130, b"", b"")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    "query",
    [
        "from read_csv('{pipe}')",
        "select list_sort(range(300000000))[1]",
        "select levenshtein(repeat('ab', 100000), repeat('ba', 100000))",
    ],
)
def test_a_query_that_does_not_listen_ends_with_the_command(warehouse: Warehouse, tmp_path: Path, query: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(
        [Path(sys.executable).with_name("atp"), "sql", query.format(pipe=tmp_path / "pipe"), "--format", "csv"],
        cwd=warehouse.project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        time.sleep(2)
        running.send_signal(signal.SIGTERM)
        output, errors = running.communicate(timeout=20)
    assert (running.returncode, output, errors) == (130, b"", b"")


def test_what_a_killed_query_spilled_is_removed_by_the_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen(["true"]) as dead:
        pass
    left = tmp_path / f"atp-sql-{dead.pid}-0123"
    (left / "spilled").mkdir(parents=True)
    others = [tmp_path / f"atp-sql-{os.getppid()}-0123", tmp_path / "atp-sql-notes"]
    for other in others:
        other.mkdir()
    link = tmp_path / f"atp-sql-{dead.pid}-4567"
    link.symlink_to(others[1])
    first, second = spill_folder(), spill_folder()
    assert first != second
    assert first.parent == tmp_path
    assert sorted(tmp_path.iterdir()) == sorted([*others, link])


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_a_killed_query_leaves_no_file(warehouse: Warehouse, tmp_path: Path, form: str) -> None:
    with subprocess.Popen(
        [Path(sys.executable).with_name("atp"), "sql", "from range(100000000)", "--format", form],
        cwd=warehouse.project,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    ) as running:
        running.stdout.read(1)
        running.kill()
    assert list(tmp_path.iterdir()) == []
    assert not list(warehouse.project.glob("*.tmp"))


def wait_until_busy(process_id: int) -> None:
    """Wait until a process has used so much of the processor that its query runs."""
    process = psutil.Process(process_id)
    deadline = time.monotonic() + 60
    while sum(process.cpu_times()[:2]) < 0.6 and time.monotonic() < deadline:
        time.sleep(0.05)


NOT_NUMBERS = (
    "select 'NaN'::double as nan, '-Infinity'::double as low, "
    "{'high': 'Infinity'::double, 'list': ['NaN'::float, 1.5]} as nested, "
    "'NaN \"and\" -Infinity' as text, 12.50::decimal(9, 2) as number, 1e300::double as large"
)


def test_json_has_null_where_json_has_no_number(warehouse: Warehouse) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    outcome = warehouse.run("atp", "sql", NOT_NUMBERS, "--format", "json")
    (row,) = (json.loads(line, parse_constant=refuse) for line in outcome.stdout.splitlines())
    mixed = 'select \'{"a": nan, "b": [inf, -inf, 1e5, true, null]}\'::json as j'
    (found,) = warehouse.run("atp", "sql", mixed, "--format", "json").stdout.splitlines()
    parsed = json.loads(found, parse_constant=refuse)
    assert parsed == {"j": {"a": None, "b": [None, None, 1e5, True, None]}}
    assert row == {
        "nan": None,
        "low": None,
        "nested": {"high": None, "list": [None, 1.5]},
        "text": 'NaN "and" -Infinity',
        "number": 12.5,
        "large": 1e300,
    }


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize("source", ["seq 5 | atp sql '{}'", "atp sql '{}' < <(seq 5)", "atp sql '{}' 63< <(seq 5)"])
def test_a_query_on_a_pipe_fails_rather_than_answer_wrongly(warehouse: Warehouse, source: str, form: str) -> None:
    """DuckDB reads such a file twice, the second time to nothing."""
    path = "/dev/fd/63" if "63<" in source else "/dev/stdin"
    command = source.format(f'select count(*) from read_csv("{path}")'.replace('"', "'\\''"))
    outcome = subprocess.run(
        ["bash", "-c", f"{command.replace('atp sql', f'atp sql --format {form}')}"],
        cwd=warehouse.project,
        env=warehouse.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert f'No files found that match the pattern "{path}"' in outcome.stderr


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_an_answer_that_does_not_fit_the_disk_is_an_error_without_pythons_buffer_too(
    warehouse: Warehouse, small_disk: Path, form: str
) -> None:
    with (small_disk / "rows").open("wb") as file:
        outcome = subprocess.run(
            [
                Path(sys.executable).with_name("atp"),
                "sql",
                "--format",
                form,
                "select i, repeat('x', 100) from range(200000) t(i)",
            ],
            cwd=warehouse.project,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert outcome.returncode == 1
    assert outcome.stderr == "atp: cannot write the output: No space left on device\n"


def test_a_column_of_any_name_keeps_its_place_in_json(warehouse: Warehouse) -> None:
    names = ["answer", "ANSWER_", 'a "b"', "answer______"]
    query = f"select {', '.join(f'{number} as {identifier(name)}' for number, name in enumerate(names))}"
    (line,) = warehouse.run("atp", "sql", query, "--format", "json").stdout.splitlines()
    assert json.loads(line) == {name: number for number, name in enumerate(names)}


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (r"printf 'select 1\0; copy' | atp sql -", "the query has a NUL character: remove it"),
        ("atp sql --db '' 'select 1'", "--db has no file: name one"),
        ("atp sql - <&-", "standard input is closed: give the query as an argument, or in a file with --file"),
        (r"printf 'select\n\xff' | atp sql -", "standard input, line 2, is not UTF-8: save the query as UTF-8"),
        (r"printf 'select \xe9' > latin.sql; atp sql -f latin.sql", "latin.sql, line 1, is not UTF-8"),
        ("atp sql -f missing.sql", "missing.sql cannot be read: No such file or directory"),
        ("atp sql -f .", ". cannot be read: Is a directory"),
        ("atp sql < /dev/null", ONE_QUESTION),
        ("atp sql <&-", "give one query: "),
        ("atp sql .tables", OF_ANOTHER_CLIENT),
        (r"atp sql '\d marts.trade_totals'", OF_ANOTHER_CLIENT),
        ("atp sql 'select 1' -f missing.sql", "give one query: "),
    ],
)
def test_a_query_that_cannot_be_read_is_one_sentence(
    copied_file: Path, command: str, sentence: str, warehouse: Warehouse
) -> None:
    outcome = subprocess.run(
        ["bash", "-c", command],
        cwd=copied_file.parent,
        env={**warehouse.environment(), "ATP_TRADE_DB": str(copied_file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith(f"atp: {sentence}")
    assert outcome.stderr.count("\n") == 1


def test_what_is_no_terminal_gets_every_row_and_column(warehouse: Warehouse) -> None:
    outcome = warehouse.run("atp", "sql", "from marts.trade_by_partner", COLUMNS="80")
    header, _, *rows = outcome.stdout.splitlines()
    assert len(rows) == 315
    assert header.split() == [name for name, *_ in warehouse.query("describe marts.trade_by_partner")]


def test_the_first_query_of_the_readme_fits_a_terminal_of_80_columns(warehouse: Warehouse) -> None:
    query = (
        "select data_year, exports_usd_millions, imports_usd_millions, balance_usd_millions from marts.trade_totals "
        "order by data_year"
    )
    header, rule, *rows = table_of(warehouse, "sql", query).splitlines()
    assert header == "data_year  exports_usd_millions  imports_usd_millions  balance_usd_millions"
    assert set(rule) == {"-", " "}
    assert rows[-1].split() == ["2006", "252569.3", "290848.0", "-38278.7"]
    assert len(rows) == 7


def test_headings_break_before_a_table_is_given_up(warehouse: Warehouse) -> None:
    query = (
        "select partner_name, exports_usd_millions, imports_usd_millions, balance_usd_millions, export_share_pct, "
        "import_share_pct from marts.trade_by_partner where data_year = 2006 and export_rank <= 2 order by export_rank"
    )
    ((expected, _), *_) = warehouse.query(THREE + " order by export_rank")
    shown = table_of(warehouse, "sql", query).splitlines()
    assert shown[0].split() == ["exports_", "imports_", "balance_", "export_", "import_"]
    assert max(map(len, shown)) <= 80
    assert shown[-2].split()[0] == expected
    assert len(shown) == 3 + 1 + 2


def test_a_wide_mart_has_one_column_per_line_and_says_what_is_missing(warehouse: Warehouse) -> None:
    *lines, last = table_of(warehouse, "sql", "from marts.trade_by_partner order by data_year").splitlines()
    columns = [name for name, *_ in warehouse.query("describe marts.trade_by_partner")]
    assert lines[0].startswith("-[ row 1 ]-")
    assert [line.split()[0] for line in lines[1 : len(columns) + 1]] == columns
    # As many rows as 200 lines have room for.
    shown = 200 // (len(columns) + 1)
    assert sum(line.startswith("-[ row ") for line in lines) == shown
    assert last == f"({shown} of 315 rows; send the output to a file or a pipe for all of them)"


def test_a_long_answer_says_how_many_rows_are_not_shown(warehouse: Warehouse) -> None:
    *lines, last = table_of(warehouse, "sql", "from range(12345)").splitlines()
    assert len(lines) == 2 + 100
    assert last == "(100 of 12,345 rows; send the output to a file or a pipe for all of them)"
    assert table_of(warehouse, "sql", "from range(100)").splitlines()[-1].strip() == "99"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (["3.4716236743837", "25.3", None], ["3.4716", "25.3000", None]),
        (["25.3", "10.6", "8.9"], ["25.3", "10.6", "8.9"]),
        (["969.0", "1062.0"], ["969.0", "1062.0"]),
        (["252569.3"], ["252569.3"]),
        (["12345678.9"], ["12345678.9"]),
        (["-0.00001234567", "1.0"], ["-1.23457e-05", "1.0000"]),
        (["1e300"], [f"{1e300:.0f}"]),
        (["nan", "-inf", "0.0"], ["nan", "-inf", "0.0"]),
        ([], []),
    ],
)
def test_the_floating_point_numbers_of_a_column_have_the_same_few_decimals(
    values: list[str | None], shown: list[str | None]
) -> None:
    assert short(values) == shown


def test_a_table_aligns_wide_letters_and_obeys_no_control_character() -> None:
    lines = list(text_lines(["name", "n"], [False, True], [["日本", "1"], ["a\x1b[31m\nb", "22"], [None, None]]))
    assert lines == [
        "name             n",
        "------------  ----",
        "日本             1",
        r"a\x1b[31m\nb    22",
        "NULL          NULL",
    ]


def test_an_answer_without_rows_or_width_is_still_a_table() -> None:
    assert list(text_lines(["a", "b"], [True, False], [])) == ["a  b", "-  -"]
    shown, lines = fitted_lines(["a_column", "b"], [True, False], [["1", "x" * 50]], 20)
    parts = ["x" * 20, "x" * 20, "x" * 10]
    values = ["a_column  1", f"b         {parts[0]}", *(f"{' ' * 10}{part}" for part in parts[1:])]
    assert (shown, list(lines)) == (1, ["-[ row 1 ]----------", *values])
