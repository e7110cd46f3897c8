"""The warehouse on Spark is the warehouse on DuckDB: schemas, descriptions, keys and values, row by row."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import psutil
import pytest
from blocks import Block, blocks, run_block
from comparison import Relation, differences, read_duckdb, read_spark
from conftest import PROJECT, Warehouse, copy_project, with_history
from processes import run_dbt, servers_below, wait_for_dbt
from pyhive import hive

from atp_trade.outlets.spark_cluster import Cluster, local_cluster
from atp_trade.warehouse import INTERNAL_SCHEMAS, PUBLIC_SCHEMAS

ATP = Path(sys.executable).with_name("atp")
# Bad casts give NULL, integers wrap, and ${...} in a statement is filled in.
LAX = {"spark.sql.ansi.enabled": "false", "spark.sql.variable.substitute": "true"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The project with a made-up load, built by the command on a cluster of its own; one of two workers is killed.

    The master gives the dead worker's tasks to the other one: the build ends green, and leaves no server.
    """
    project = with_history(copy_project(tmp_path_factory.mktemp("spark") / "a project's folder, Größe 1"))
    build = project.start("atp", "build-spark")
    wait_for_dbt(project.project, build, "START sql table model core.trade")
    killed = kill_a_worker(project.project) if build.poll() is None else []
    output, _ = build.communicate()
    assert build.returncode == 0, output
    assert any("CoarseGrainedExecutorBackend" in command for command in killed), "the worker had an executor"
    assert re.search(r"^(\d+) of \1 done in", output, re.MULTILINE)
    assert servers_below(project.project) == []
    return project


def kill_a_worker(folder: Path) -> list[str]:
    """kill -9 one of the workers and what it started; the command lines of what was killed."""
    worker = next(server for server in servers_below(folder) if "deploy.worker.Worker" in " ".join(server.cmdline()))
    started = worker.children(recursive=True)
    victims = [worker, *(process for process in started if process.status() != psutil.STATUS_ZOMBIE)]
    commands = [" ".join(victim.cmdline()) for victim in victims]
    for victim in victims:
        victim.kill()
    return commands


@pytest.fixture(scope="module")
def cluster(built: Warehouse) -> Iterator[Cluster]:
    """A cluster on the tables that the build left, as lax as servers get."""
    with local_cluster(built.project / "build" / "spark", settings=LAX) as running:
        yield running


def test_both_engines_hold_the_same_also_after_a_worker_was_killed(
    loaded_warehouse: Warehouse, cluster: Cluster
) -> None:
    with closing(hive.connect("127.0.0.1", cluster.thrift_port)) as connection:
        assert differences(read_duckdb(loaded_warehouse), read_spark(connection.cursor())) == []


def test_the_profile_logs_in_with_a_user_and_a_password(built: Warehouse, cluster: Cluster) -> None:
    """A server that checks no passwords takes any, but only in a log-in that is made for one; no log shows it."""
    outcome = run_dbt(
        built,
        *("--debug", "--no-use-colors", "show", "--target", "spark", "--inline", "select current_user() as me"),
        SPARK_PORT=str(cluster.thrift_port),
        SPARK_USER="analyst",
        DBT_ENV_SECRET_SPARK_PASSWORD="open sesame",
    )
    assert outcome.returncode == 0, outcome.stdout
    assert "| analyst |" in outcome.stdout
    assert "open sesame" not in outcome.stdout


def test_a_text_arrives_as_it_is(built: Warehouse, cluster: Cluster) -> None:
    query = r"""select {{ spark_text("${env:HOME} it's C:\\new") }} as told"""
    show = ["--quiet", "show", "--target", "spark", "--output", "json", "--inline", query]
    outcome = run_dbt(built, *show, SPARK_PORT=str(cluster.thrift_port))
    assert json.loads(outcome.stdout)["show"] == [{"told": r"${env:HOME} it's C:\new"}], outcome.stdout


def test_numbers_that_cannot_be_are_seen(built: Warehouse, cluster: Cluster) -> None:
    """NaN and infinity compare on Spark as on DuckDB; the bounds of a name count too."""
    target = built.project / "build" / "spark" / "target"
    (compiled,) = target.glob("compiled/atp_trade/tests/dbt/public/every_public_number_is_possible.sql")
    no_number = "NaN or infinity is no number to publish"
    cases = {
        "export_partner_hhi": ("NaN", no_number),
        "import_partner_hhi": ("Infinity", no_number),
        "export_technology_hhi": ("-Infinity", no_number),
        "import_technology_hhi": ("10001", "10001.0 is above 10000, the most that it can be"),
        "technologies_in_deficit": ("-1", "-1.0 is below 0, the least that it can be"),
    }
    # The last columns before the name of the relation are its own.
    sql, name, rest = compiled.read_text().partition("'marts.trade_totals'")
    for column, (value, _) in cases.items():
        before, found, after = sql.rpartition(f"cast({column} as double)")
        assert found
        sql = f"{before}cast('{value}' as double){after}"
    sql = sql + name + rest
    with closing(hive.connect("127.0.0.1", cluster.thrift_port)) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        problems = {problem for (problem,) in cursor.fetchall()}
    assert problems == {f"marts.trade_totals, column {column}: {said}" for column, (_, said) in cases.items()}


def test_a_shared_server_gets_databases_with_a_prefix(built: Warehouse) -> None:
    listing = ["ls", "--quiet", "--target", "spark", "--resource-types", "model", "seed"]
    outcome = run_dbt(built, *listing, "--output", "json", "--output-keys", "schema", SPARK_SCHEMA="atp")
    schemas = set(re.findall(r'"schema": "(\w+)"', outcome.stdout))
    names = (*INTERNAL_SCHEMAS, *PUBLIC_SCHEMAS)
    assert schemas == {f"atp_{name}" for name in names}, outcome.stdout


def with_cell(project: Warehouse, seed: str, line: int, cell: str) -> bytes:
    """Put another text in a line's last cell; the file as it was."""
    file = project.project / seed
    before = file.read_bytes()
    lines = before.decode().splitlines(keepends=True)
    lines[line] = lines[line].rsplit(",", 1)[0] + f",{cell}\n"
    file.write_text("".join(lines))
    return before


@pytest.mark.parametrize(
    ("seed", "cell", "sentence"),
    [
        ("nsf07329_table_1", "much", 'column y2006: "much" is not a number with 1 decimal(s)'),
        (
            "nsf07329_table_1",
            "99999999999999999999.0",
            'column y2006: "99999999999999999999.0" is not a number with 1 decimal(s)',
        ),
        ("sections", "4294967297", 'column section_order: "4294967297" is not a whole number'),
    ],
)
def test_text_and_numbers_out_of_range_are_red(
    built: Warehouse, cluster: Cluster, seed: str, cell: str, sentence: str
) -> None:
    """With ANSI mode off, text and numbers out of range become NULL where DuckDB stops: check_seed is before that."""
    (file,) = (built.project / "seeds").rglob(f"{seed}.csv")
    before = with_cell(built, file, 1, cell)
    try:
        build = ["build", "--target", "spark", "--select", seed]
        outcome = run_dbt(built, "--no-use-colors", *build, SPARK_PORT=str(cluster.thrift_port))
    finally:
        file.write_bytes(before)
    assert outcome.returncode == 1
    assert sentence in outcome.stdout


def test_a_number_that_became_null_is_red(built: Warehouse, cluster: Cluster) -> None:
    """Behind check_seed stand the tests: that a cell has a value, and the sums that it stands in."""
    file = built.project / "seeds" / "nsf07329" / "nsf07329_table_1.csv"
    settings = built.project / "dbt_project.yml"
    before, checked = with_cell(built, file, 1, "much"), settings.read_text()
    settings.write_text(checked.replace('+pre-hook: "{{ check_seed() }}"', ""))
    try:
        build = ["build", "--target", "spark", "--select", "nsf07329_table_1", "stg_nsf07329__cells"]
        outcome = run_dbt(built, "--no-use-colors", *build, SPARK_PORT=str(cluster.thrift_port))
    finally:
        file.write_bytes(before)
        settings.write_text(checked)
    assert outcome.returncode == 1
    assert "OK loaded seed file seeds.nsf07329_table_1" in outcome.stdout
    assert "FAIL 1 report_cells_have_a_value" in outcome.stdout


PRINTED = Relation(
    "as printed", [("id", "string", "an id"), ("share_pct", "double", "a share")], [("a", 0.1), ("b", None)]
)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"rows": [("a", 0.1)]}, "m.r: ('b',) is on the left only"),
        ({"rows": [*PRINTED.rows, ("c", 0.1)]}, "m.r: ('c',) is on the right only"),
        ({"rows": [("a", 0.1000000000003), ("b", None)]}, "m.r: ('a',): share_pct is 0.1 and 0.1000000000003"),
        ({"rows": [("a", 0.1), ("b", 0.0)]}, "m.r: ('b',): share_pct is None and 0.0"),
        ({"rows": [("a", 0.1), ("b", None), ("b", None)]}, "m.r: rows differ in their doubles alone, or stand twice"),
        ({"description": None}, "m.r: described as 'as printed' and None"),
        ({"columns": PRINTED.columns[:1]}, "m.r: column ('share_pct', 'double', 'a share') and None"),
        (
            {"columns": [PRINTED.columns[0], ("share_pct", "decimal(18,1)", "a share")]},
            "m.r: column ('share_pct', 'double', 'a share') and ('share_pct', 'decimal(18,1)', 'a share')",
        ),
    ],
)
def test_the_comparison_sees(changed: dict, sentence: str) -> None:
    assert differences({"m.r": PRINTED}, {"m.r": replace(PRINTED, **changed)}) == [sentence]


def test_the_comparison_sees_a_relation_on_one_side_only_and_a_decimal() -> None:
    amounts = Relation(None, [("usd_millions", "decimal(18,1)", None)], [(Decimal("0.1"),)])
    assert differences({"m.r": amounts, "m.s": amounts}, {"m.r": amounts}) == ["m.s is on one side only"]
    assert len(differences({"m.r": amounts}, {"m.r": replace(amounts, rows=[(Decimal("0.2"),)])})) == 2


@pytest.mark.parametrize("block", blocks("spark"), ids=lambda block: f"{block.page}:{block.line}")
def test_a_command_of_the_page_runs_as_it_stands(built: Warehouse, block: Block) -> None:
    if block.code.startswith("make "):
        subprocess.run(["make", "--dry-run", *block.code.split()[1:]], cwd=PROJECT, capture_output=True, check=True)
        return
    (built.project / ".venv-spark").symlink_to(Path(sys.executable).parents[1])
    assert "252569.3" in run_block(block, built.project)
