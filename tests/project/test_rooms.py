"""Imports go one way: each room of the package knows only the rooms before it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse

import atp_trade
from atp_trade.fingerprint import READERS
from atp_trade.warehouse import INTERNAL_SCHEMAS, PUBLIC_SCHEMAS, SCHEMAS

PACKAGE = Path(atp_trade.__file__).parent
# The rooms from the first to the last: what a module imports, but for its own room, is in a line before its own.
ROOMS = (
    ("arguments", "guard", "places", "table", "warehouse"),
    ("dbt", "fingerprint"),
    ("files", "notes"),
    ("meta", "publish"),
    ("build", "ask", "describe", "sql", "status", "outlets", "pages", "load", "synthesize"),
    ("cli",),
    ("__main__",),
)
LEVELS = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}
# The one verb whose answer is another verb's, and the one that writes the raw store as another one does.
BESIDE = {("ask", "sql"), ("synthesize", "load")}


def module_name(file: Path) -> str:
    """The name of a module within the package; of the package itself, nothing."""
    return ".".join(part for part in file.relative_to(PACKAGE).with_suffix("").parts if part != "__init__")


MODULES = {module_name(file): file for file in PACKAGE.rglob("*.py")}


def imports(name: str, nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The modules of the package that some statements import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} names a module by its distance"
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for full in found:
            top, _, rest = full.partition(".")
            while top == "atp_trade" and rest not in MODULES:
                # A name in a module, not a module.
                rest = rest.rpartition(".")[0]
            if top == "atp_trade" and rest:
                yield rest


def room(module: str) -> str:
    """The room that a module is in: itself, or its folder."""
    return module.partition(".")[0]


def everywhere(name: str) -> set[str]:
    """All that a module imports of the package, at any time."""
    return {*imports(name, ast.walk(ast.parse(MODULES[name].read_text())))}


def test_every_module_is_in_a_room_and_every_room_is_there() -> None:
    assert {room(name) for name in MODULES if name} == {*LEVELS}


@pytest.mark.parametrize("name", sorted(filter(None, MODULES)))
def test_a_module_imports_only_rooms_before_its_own(name: str) -> None:
    for other in everywhere(name):
        pair = (room(name), room(other))
        assert pair[0] == pair[1] or pair in BESIDE or LEVELS[pair[1]] < LEVELS[pair[0]], f"{name} imports {other}"


def test_the_package_itself_and_the_first_room_import_nothing_of_ours() -> None:
    assert [everywhere(name) for name in ("", *ROOMS[0])] == [set()] * (1 + len(ROOMS[0]))


def test_the_warehouse_needs_duckdb_and_the_standard_library_alone() -> None:
    imported = ast.walk(ast.parse(MODULES["warehouse"].read_text()))
    names = {node.module for node in imported if isinstance(node, ast.ImportFrom)}
    assert {name for name in names if name.partition(".")[0] == "atp_trade"} == {"atp_trade"}


def test_no_way_out_imports_another_one() -> None:
    """A way out is a module, with those whose names begin as its own does."""
    for name in (name for name in MODULES if name.startswith("outlets.")):
        others = {other for other in everywhere(name) if other.startswith("outlets.")}
        assert {other.split(".")[1].partition("_")[0] for other in others} <= {name.split(".")[1].partition("_")[0]}


def test_the_command_line_imports_a_verb_only_inside_its_function() -> None:
    at_once = {*imports("cli", iter(ast.parse(MODULES["cli"].read_text()).body))}
    assert at_once == {"arguments"}
    verbs = next(rooms for rooms in ROOMS if "build" in rooms)
    assert {room(other) for other in everywhere("cli")} == {"arguments", "fingerprint", "places", "table", *verbs}


def test_all_that_a_build_imports_counts_for_whether_the_published_file_is_current() -> None:
    needed, seen = {"build", "dbt"}, set()
    while needed:
        seen |= needed
        needed = {other for name in needed for other in everywhere(name)} - seen
    assert {*READERS} >= {"outlets", "pages"}
    assert not {room(name) for name in seen} & {*READERS}


def test_the_list_of_schemas_is_that_of_the_published_file(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        found = connection.sql("select distinct schema_name from duckdb_tables()").fetchall()
    assert {schema for (schema,) in found} == {*SCHEMAS, *INTERNAL_SCHEMAS}
    assert {*PUBLIC_SCHEMAS} | {"meta"} == {*SCHEMAS}
