"""`atp ask` and `atp describe`, the dictionary, and what all verbs share: --db, --version, help, a fast start."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT, Warehouse

from atp_trade import AtpError, cli, sql
from atp_trade.ask import ask
from atp_trade.describe import description
from atp_trade.meta import read_questions
from atp_trade.outlets import export
from atp_trade.pages.dictionary import PAGE, dictionary
from atp_trade.warehouse import SCHEMAS, opened, relations

QUESTIONS = {path.stem: path.read_text() for path in (PROJECT / "analyses").rglob("*.sql")}


def reader(warehouse: Warehouse, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `atp` says to somebody who has the file and no project."""
    return subprocess.run(
        [Path(sys.executable).with_name("atp"), *arguments, "--db", warehouse.database],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_ask_lists_every_question_with_its_sentence(warehouse: Warehouse) -> None:
    shown = warehouse.run("atp", "ask").stdout
    trade, audit = shown.split("\n\nAbout the report itself:\n")
    for part, folder in ((trade, "analyses"), (audit, "analyses/audit")):
        assert dict(line.split(maxsplit=1) for line in part.splitlines()) == {
            path.stem: path.read_text().splitlines()[0].removeprefix("-- ") for path in (PROJECT / folder).glob("*.sql")
        }


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_a_question_is_answered_whole_and_its_sql_gives_the_same(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], question: str
) -> None:
    # As `atp ask`, `atp ask --sql` and `atp sql` do, without starting them, and without closing what pytest has open.
    monkeypatch.setenv("ATP_TRADE_DB", str(warehouse.database))
    monkeypatch.setattr("atp_trade.ask.refuse_pipes", lambda: None)
    ask(question, as_sql=False, form="csv")
    answered = capfd.readouterr().out
    ask(question, as_sql=True, form="csv")
    query = capfd.readouterr().out
    sql.sql(query, "csv")
    assert capfd.readouterr().out == answered
    _, *rows = csv.reader(answered.splitlines())
    assert len(rows) == len(warehouse.query(query)) > 0


def test_the_sql_of_a_question_is_what_dbt_compiles(warehouse: Warehouse, unbuilt: Warehouse) -> None:
    arguments = ["--quiet", "compile", "--select", "path:analyses"]
    outcome = unbuilt.run("dbt", *arguments, ATP_TRADE_DB=str(unbuilt.database))
    assert outcome.returncode == 0, outcome.stdout
    files = (unbuilt.project / "target").glob("compiled/atp_trade/analyses/**/*.sql")
    compiled = {path.stem: path.read_text() for path in files}
    assert {*compiled} == {*QUESTIONS}
    # dbt adds the name of the database, which is that of the file.
    compiled = {name: re.sub(r'"atp_trade"\."(\w+)"\."(\w+)"', r"\1.\2", code) for name, code in compiled.items()}
    assert dict(warehouse.query("select question_name, sql from meta.questions")) == {
        name: code.strip() for name, code in compiled.items()
    }


def test_a_question_may_use_ref_alone() -> None:
    node = {
        "resource_type": "analysis",
        "name": "drivers",
        "original_file_path": "analyses/drivers.sql",
        "raw_code": "-- Who?\nselect {{ var('years') }}",
    }
    with pytest.raises(AtpError, match=r"^analyses/drivers\.sql uses more of dbt than ref\(\): 'var' is undefined$"):
        list(read_questions({"nodes": {"analysis.atp_trade.drivers": node}}))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ask", "largest_supplier"], "there is no question largest_supplier: did you mean largest_suppliers?"),
        (["ask", "xyz"], "there is no question xyz: `atp ask` lists them"),
        (["describe", "coverage_ration"], "nothing is called coverage_ration: did you mean coverage_ratio"),
        (["describe", "marts.trade_total"], "nothing is called marts.trade_total: did you mean marts.trade_totals"),
        (["describe", "???"], "nothing is called ???: `atp describe` lists the relations"),
        (["export", "trade.xlsx"], "trade.xlsx is the name of a file: name a folder"),
        (["describe", "rank"], "nothing is called rank: did you mean balance_rank or balance_rank_change or"),
        (["export", ""], "the working folder is not for an export: name a folder in it"),
        (["export", str(PROJECT / "models" / "x")], f"cannot write {PROJECT / 'models' / 'x'}: dbt reads that folder"),
        (["export", "csv"], "csv is a format: write `atp export --format csv`, or ./csv for a folder of that name"),
        (["export", "XLSX"], "XLSX is a format: write `atp export --format xlsx`, or ./XLSX for a folder"),
    ],
)
def test_a_name_that_is_none_gets_one_sentence(
    warehouse: Warehouse, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    outcome = reader(warehouse, tmp_path, *arguments)
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith(f"atp: {sentence}")
    assert outcome.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_describe_lists_every_relation_for_readers(warehouse: Warehouse) -> None:
    lines = warehouse.run("atp", "describe").stdout.splitlines()
    expected = warehouse.query(
        f"select schema_name || '.' || table_name from duckdb_tables() where schema_name in {tuple(SCHEMAS)}"
    )
    assert sorted(line.split()[0] for line in lines) == sorted(name for (name,) in expected)
    assert all(len(line.split()) > 3 for line in lines)
    marts = warehouse.run("atp", "describe", "marts").stdout.splitlines()
    # In columns as wide as the longest name needs.
    assert [line.split() for line in marts] == [line.split() for line in lines if line.startswith("marts.")]


@pytest.mark.parametrize("name", ["marts.trade_totals", "trade_totals", "MARTS.Trade_Totals"])
def test_describe_says_type_unit_and_meaning_of_each_column(warehouse: Warehouse, name: str) -> None:
    lines = warehouse.run("atp", "describe", name).stdout.splitlines()
    assert lines[0] == "marts.trade_totals"
    assert "Key: source_id, vintage, data_year." in lines
    _, about_columns, _ = "\n".join(lines).split("\n\n")
    columns = dict(line.split(maxsplit=1) for line in about_columns.splitlines())
    expected = warehouse.query(
        "select column_name, comment from duckdb_columns() where table_name = 'trade_totals' order by column_index"
    )
    assert [*columns] == [column for column, _ in expected]
    assert all(columns[column].endswith(comment) for column, comment in expected)
    assert columns["exports_usd_millions"].startswith("[decimal(18,1), millions of current U.S. dollars] ")


def test_describe_finds_a_column_by_its_name(warehouse: Warehouse) -> None:
    meaning, places = warehouse.run("atp", "describe", "coverage_ratio").stdout.splitlines()
    assert meaning.startswith("[double, ratio] Exports / imports; above 1 is a surplus.")
    assert "marts.trade_by_partner" in places
    assert warehouse.run("atp", "describe", "marts.trade_totals.coverage_ratio").stdout.splitlines()[0] == meaning


def test_a_description_keeps_to_the_width_of_the_terminal(warehouse: Warehouse) -> None:
    with opened(warehouse.database) as connection:
        found = relations(connection, *SCHEMAS)
    for name in (None, "marts.trade_totals", "coverage_ratio", "dim_source"):
        for width in (40, 80, 100):
            lines = list(description(found, name, width))
            assert max(map(len, lines)) <= width, name
            assert " ".join(" ".join(lines).split()) != ""


def test_the_dictionary_is_current(warehouse: Warehouse) -> None:
    with opened(warehouse.database) as connection:
        assert (PROJECT / PAGE).read_text() == dictionary(relations(connection, *SCHEMAS)), "run `make pages`"


def test_a_reader_needs_the_file_and_no_project(warehouse: Warehouse, tmp_path: Path) -> None:
    for arguments in (["status"], ["sql", "from marts.trade_totals"], ["ask", "concentration"], ["describe"]):
        outcome = reader(warehouse, tmp_path, *arguments)
        assert (outcome.returncode, outcome.stderr) == (0, ""), arguments
    ((marts,),) = warehouse.query("select count(*) from duckdb_tables() where schema_name = 'marts'")
    for form, files in {"csv": marts + 1, "parquet": marts + 1, "xlsx": 2}.items():
        outcome = reader(warehouse, tmp_path, "export", "--format", form)
        folder = tmp_path / "export" / form
        assert outcome.returncode == 0, outcome.stderr
        name = {"csv": "CSV", "parquet": "Parquet", "xlsx": "a workbook (XLSX)"}[form]
        assert outcome.stdout == f"exported {marts} marts as {name} to {folder}\n"
        assert len([*folder.iterdir()]) == files
    assert reader(warehouse, tmp_path, "superset", "x.zip").returncode == 0


def test_the_option_names_the_database_before_and_after_the_verb(warehouse: Warehouse, tmp_path: Path) -> None:
    other = Path(shutil.copy(warehouse.database, tmp_path / "other.duckdb"))
    for arguments in (["--db", other, "status"], ["status", "--db", other]):
        outcome = warehouse.run("atp", *map(str, arguments), ATP_TRADE_DB="/nowhere/else.duckdb")
        assert outcome.stdout.splitlines()[0] == f"published  {other}"


def test_the_file_of_the_working_folder_is_read_outside_of_a_project(warehouse: Warehouse, tmp_path: Path) -> None:
    atp = Path(sys.executable).with_name("atp")
    command = [atp, "sql", "select 42 as answer", "--format", "csv"]
    outcome = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    advice = "and no project: name the file with --db FILE"
    assert (outcome.returncode, outcome.stderr) == (1, f"atp: there is no atp_trade.duckdb in {tmp_path}, {advice}\n")
    shutil.copy(warehouse.database, tmp_path)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout == "answer\n42\n"


def test_describe_finds_what_the_descriptions_mention(warehouse: Warehouse) -> None:
    for name in ("seeds.known_discrepancies", "staging.stg_nsf07329__cells"):
        lines = warehouse.run("atp", "describe", name).stdout.splitlines()
        assert lines[0] == name
        assert len(lines) > 5


def test_the_shell_completes_verbs(warehouse: Warehouse) -> None:
    outcome = warehouse.run("atp", _ATP_COMPLETE="bash_complete", COMP_WORDS="atp des", COMP_CWORD="1")
    assert outcome.stdout == "plain,describe\n"
    assert "complete" in warehouse.run("atp", _ATP_COMPLETE="zsh_source").stdout


def test_the_version_is_that_of_the_project(warehouse: Warehouse) -> None:
    version = re.search(r'^version = "(.*)"$', (PROJECT / "pyproject.toml").read_text(), flags=re.MULTILINE)[1]
    assert warehouse.run("atp", "--version").stdout == f"atp {version}\n"


def test_help_begins_with_the_verbs_of_every_day_and_gives_an_example_of_each(warehouse: Warehouse) -> None:
    shown = warehouse.run("atp", "--help").stdout
    order = [shown.index(f"\n  {name} ") for name in (*cli.DAILY, *cli.OTHER)]
    assert order == sorted(order)
    assert {*cli.DAILY, *cli.OTHER} == {*cli.atp.commands}
    for name, example in (cli.DAILY | cli.OTHER).items():
        assert f"Example: {example}" in warehouse.run("atp", name, "--help").stdout
        if name in cli.DAILY:
            assert f"\n  {example}\n" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_formats_of_the_command_line_are_those_that_can_be_written() -> None:
    assert {*cli.ROW_FORMATS} == {*sql.WRITERS}
    assert {*cli.FILE_FORMATS} == {form.value for form in export.Format}


@pytest.mark.parametrize("arguments", [["nonsense"], ["status", "--nonsense"], ["sql", "select 1", "--format", "xml"]])
def test_a_wrong_word_is_named_and_nothing_else_is_said(warehouse: Warehouse, arguments: list[str]) -> None:
    outcome = warehouse.run("atp", *arguments)
    assert outcome.returncode == 2
    assert "Traceback" not in outcome.stdout
    assert arguments[-1] in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["status"], {"status", "table"}),
        (["sql", "select 1"], {"sql", "guard", "table", "files", "notes"}),
        (["describe"], {"describe", "table", "notes"}),
    ],
)
def test_a_verb_imports_its_own_module_alone(warehouse: Warehouse, arguments: list[str], needed: set[str]) -> None:
    code = f"""
import json, sys
sys.argv = ["atp", *{arguments!r}]
from atp_trade.__main__ import main
try:
    main()
finally:
    print("\\n" + json.dumps(sorted(sys.modules)))
"""
    outcome = warehouse.run("python", "-c", code)
    modules = {*json.loads(outcome.stdout.splitlines()[-1])}
    ours = {name.partition(".")[2] for name in modules if name.startswith("atp_trade.")}
    assert needed <= ours
    assert ours == {"__main__", "arguments", "cli", "places", "warehouse", *needed}
    assert not modules & {"dbt", "jinja2", "rich", "pydantic", "pandas", "numpy", "pyarrow", "xlsxwriter", "altair"}
