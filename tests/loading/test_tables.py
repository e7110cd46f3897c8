"""Tables and seeds as our macros make them are those of dbt-duckdb's own."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, Warehouse, copy_project

from atp_trade.dbt import read_results

OURS = Path("macros", "table_materialization.sql")
OUR_SEEDS = Path("macros", "seed_rows.sql")

# What DuckDB knows of a file's relations. dbt puts the time into an index's name.
CATALOGUE = {
    "tables": "select schema_name, table_name, comment from duckdb_tables()",
    "views": "select schema_name, view_name, comment, sql from duckdb_views() where not internal",
    "columns": """
        select schema_name, table_name, column_index, column_name, data_type, is_nullable, column_default, comment
        from duckdb_columns() where not internal
    """,
    "constraints": """
        select schema_name, table_name, constraint_type, constraint_text, constraint_column_names, referenced_table
        from duckdb_constraints()
    """,
    "indexes": "select schema_name, table_name, is_unique, expressions from duckdb_indexes()",
}


def catalogue(file: Path, name: str) -> list[tuple]:
    """One list of a file's catalogue, without the record of the build, which is not dbt's."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.sql(f"from ({CATALOGUE[name]}) where schema_name <> 'meta' order by all").fetchall()


def with_other_rows(one: Path, other: Path) -> list[str]:
    """The relations of one file that have a row which the other file lacks."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        relations = connection.sql(
            "select distinct schema_name, table_name from duckdb_columns()"
            " where database_name = 'one' and schema_name <> 'meta'"
        ).fetchall()
        assert relations
        return [
            f"{schema}.{table}"
            for schema, table in relations
            if connection.sql(f"from one.{schema}.{table} except all from other.{schema}.{table}").fetchone()
        ]


@pytest.fixture(scope="module")
def projects(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two files: the project as it is built, and as dbt-duckdb alone builds it."""
    standard = copy_project(tmp_path_factory.mktemp("standard") / "project")
    for macros in (OURS, OUR_SEEDS):
        (standard.project / macros).unlink()
    outcome = standard.run("dbt", "build", "--resource-type", "seed", "--resource-type", "model")
    assert outcome.returncode == 0, outcome.stdout
    return warehouse.database, standard.database


@pytest.mark.parametrize("name", ["tables", "columns", "constraints"])
def test_the_project_has_the_same_catalogue(projects: tuple[Path, Path], name: str) -> None:
    ours, standard = (catalogue(file, name) for file in projects)
    assert ours == standard != []


def test_the_project_has_the_same_rows(projects: tuple[Path, Path]) -> None:
    ours, standard = projects
    assert with_other_rows(ours, standard) == []
    assert with_other_rows(standard, ours) == []


HOSTILE = """It's "quoted" -- \\ \\n %s {{ this }} {% do x %} {# gone #} $1 $$ $tag$ /* */ Größe; drop table kept;
a second line, ''''"""
RAW = f"{{% raw %}}{HOSTILE}{{% endraw %}}"


def column(name: str, data_type: str, *constraints: str) -> dict:
    return {"name": name, "data_type": data_type, "constraints": [{"type": name} for name in constraints]}


def contract(*columns: dict, **config: object) -> dict:
    return {"config": {"contract": {"enforced": True}, **config}, "columns": list(columns)}


NUMBER, WORD = column("n", "decimal(4, 1)"), column("word", "string")
ONE, TWO = (f"select cast({n} as decimal(4, 1)) as n, '{word}' as word" for n, word in ((1.5, "one"), (2.5, "two")))
REFERENCE = {"type": "foreign_key", "to": "ref('checked')", "to_columns": ["n"]}
HEADER = "{{% call set_sql_header(config) %}}create or replace temp macro n() as {};{{% endcall %}} select n() as n"
COLUMNS = "select '{{{{ adapter.get_columns_in_relation(ref('{}')) | map(attribute='name') | join(' ') }}}}' as names"
# Models: what their YAML file says, their code in a first build, and in a second build into the same file.
MODELS: dict[str, tuple[dict, str, str]] = {
    "kept": (contract(NUMBER, WORD), ONE, TWO),
    "in_another_order": (contract(WORD, NUMBER), ONE, TWO),
    "without_contract": ({}, ONE, TWO),
    "once_a_view": ({}, f"{{{{ config(materialized='view') }}}} {ONE}", TWO),
    "still_a_view": (contract(NUMBER, WORD, materialized="view"), ONE, TWO),
    "described": (
        {
            "description": RAW,
            "columns": [
                {"name": "n", "description": RAW, "data_tests": ["not_null"]},
                {"name": "a name; --", "quote": True, "description": RAW},
                {"name": "without"},
            ],
        },
        'select 1 as n, 2 as "a name; --", 3 as without',
        'select 2 as n, 3 as "a name; --", 4 as without',
    ),
    "checked": (
        contract(column("n", "int", "primary_key"), column("word", "string", "not_null", "unique")),
        "select 1 as n, 'one' as word",
        "select 1 as n, 'two' as word union all select 2, 'three'",
    ),
    "refers_to_checked": (
        contract({**column("n", "int"), "constraints": [REFERENCE]}),
        "select n from {{ ref('checked') }}",
        "select n from {{ ref('checked') }} where n = 2",
    ),
    "asks_for_columns": ({}, COLUMNS.format("kept"), COLUMNS.format("in_another_order")),
    "with_header": (contract(column("n", "int")), HEADER.format(1), HEADER.format(2)),
    "with_hooks": (
        {"config": {"pre_hook": "set variable n = 7", "post_hook": "insert into {{ this }} values (8)"}},
        "select getvariable('n') as n",
        "select getvariable('n') + 2 as n",
    ),
    "with_an_index": ({"config": {"indexes": [{"columns": ["n"], "unique": True}]}}, ONE, TWO),
}
BROKEN_CONTRACT = "This model has an enforced contract that failed"
# The same for models whose second build fails, with what is said then.
FAILING: dict[str, tuple[dict, str, str, list[str]]] = {
    "a_type": (contract(NUMBER, WORD), ONE, "select 2.55 as n, 'two' as word", [BROKEN_CONTRACT, "DECIMAL(3,2)"]),
    "a_column_less": (contract(NUMBER, WORD), ONE, "select 2.0::decimal(4, 1) as n", [BROKEN_CONTRACT, "word"]),
    "a_column_more": (contract(NUMBER, WORD), ONE, f"{TWO}, 3 as more", [BROKEN_CONTRACT, "more"]),
    "a_letter": (contract(NUMBER, WORD), ONE, TWO.replace("as word", "as Word"), [BROKEN_CONTRACT, "Word", "word"]),
    "a_null": (
        contract(column("n", "int", "not_null")),
        "select 1 as n",
        "select null::int as n",
        ["NOT NULL constraint failed"],
    ),
    "a_duplicate": (
        contract(column("n", "int", "primary_key")),
        "select 1 as n",
        "select cast(unnest([2, 2]) as int) as n",
        ['duplicate key "2"'],
    ),
    "a_value": ({}, "select 1 as n", "select cast('two' as int) as n", ["Could not convert string 'two' to INT32"]),
    "a_mistake": (
        contract(NUMBER),
        "select 1.0::decimal(4, 1) as n",
        "select from kept",
        ["SELECT clause without selection list"],
    ),
    "a_description": ({"columns": [{"name": "word"}]}, ONE, "select 2 as n", ["a_description", "word"]),
    "a_view": (
        contract(NUMBER, materialized="view"),
        "select 1.0::decimal(4, 1) as n",
        "select 2 as n",
        [BROKEN_CONTRACT, "INTEGER"],
    ),
}
SMALL_PROJECT = {
    "dbt_project.yml": {
        "name": "small",
        "profile": "small",
        "models": {"+materialized": "table", "+persist_docs": {"relation": True, "columns": True}},
        "flags": {"send_anonymous_usage_stats": False, "warn_error_options": {"error": "all"}},
    },
    # With one thread, what comes after a model that fails has its connection.
    "profiles.yml": {
        "small": {"outputs": {"default": {"type": "duckdb", "path": "2.duckdb", "schema": "main", "threads": 1}}}
    },
    "models/models.yml": {"models": [{"name": name, **model[0]} for name, model in (MODELS | FAILING).items()]},
}


@dataclass(frozen=True)
class Built:
    """A small project after its second build: a file of before it, the file, and what dbt said of each node."""

    first: Path
    second: Path
    said: dict[str, tuple[str, str]]

    def query(self, sql: str) -> list[tuple]:
        """The rows of a query on the file."""
        return Warehouse(self.second.parent, self.second).query(sql)


def build_small_project(folder: Path, *, with_ours: bool) -> Built:
    """Build the first and the second code of all models into the same file."""
    small = Warehouse(folder, folder / "2.duckdb")
    (folder / "models").mkdir(parents=True)
    (folder / "macros").mkdir()
    if with_ours:
        shutil.copy(PROJECT / OURS, folder / OURS)
    for file, content in SMALL_PROJECT.items():
        # JSON is YAML.
        (folder / file).write_text(json.dumps(content))
    for build in (1, 2):
        for name, model in (MODELS | FAILING).items():
            (folder / "models" / f"{name}.sql").write_text(model[build])
        outcome = small.run("dbt", "build", DBT_LOG_PATH=f"logs of {build}")
        assert outcome.returncode == build - 1, outcome.stdout
        if build == 1:
            shutil.copy(small.database, folder / "1.duckdb")
    results = read_results(folder / "target")
    said = {result["unique_id"].split(".")[2]: (result["status"], result["message"]) for result in results}
    return Built(folder / "1.duckdb", small.database, said)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_small_project(tmp_path_factory.mktemp("small") / "ours", with_ours=True)


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_small_project(tmp_path_factory.mktemp("small") / "standard", with_ours=False)


def test_a_new_table_with_contract_and_comments_takes_three_statements(ours: Built) -> None:
    log = (ours.first.parent / "logs of 1" / "dbt.log").read_text()
    sent = re.findall(r"On model\.small\.in_another_order: (\w+|/\*)", log)
    # The string begins with dbt's comment. The log has a commit twice, and the connection's end.
    assert sent == ["BEGIN", "/*", "COMMIT", "COMMIT", "Close"]


def test_nodes_succeed_and_fail_as_by_the_standard(ours: Built, standard: Built) -> None:
    statuses = {name: status for name, (status, _) in ours.said.items()}
    assert statuses == {name: status for name, (status, _) in standard.said.items()}
    assert {name for name, status in statuses.items() if status == "error"} == set(FAILING)
    assert statuses["not_null_described_n"] == "pass"


@pytest.mark.parametrize("name", FAILING)
def test_what_fails_is_named_as_by_the_standard(ours: Built, standard: Built, name: str) -> None:
    for built in (ours, standard):
        assert [words for words in FAILING[name][3] if words not in built.said[name][1]] == [], built.said[name][1]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_second_build_leaves_the_catalogue_that_the_standard_leaves(ours: Built, standard: Built, name: str) -> None:
    assert catalogue(ours.second, name) == catalogue(standard.second, name) != []
    assert catalogue(ours.first, name) == catalogue(standard.first, name)


def test_a_second_build_leaves_the_rows_that_the_standard_leaves(ours: Built, standard: Built) -> None:
    assert with_other_rows(ours.first, standard.first) == with_other_rows(standard.first, ours.first) == []
    assert with_other_rows(ours.second, standard.second) == with_other_rows(standard.second, ours.second) == []


def test_what_is_built_again_is_replaced_unless_it_fails(ours: Built) -> None:
    assert sorted(with_other_rows(ours.first, ours.second)) == sorted(f"main.{name}" for name in MODELS)


def test_descriptions_arrive_as_they_are(ours: Built) -> None:
    assert ours.query("select comment from duckdb_tables() where table_name = 'described'") == [(HOSTILE,)]
    assert ours.query("select comment from duckdb_columns() where table_name = 'described' order by column_index") == [
        (HOSTILE,),
        (HOSTILE,),
        ("",),
    ]
