"""No description is lost on its way from YAML to the database."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import dbt.jsonschemas
import pytest
import yaml
from conftest import PROJECT, Warehouse
from jsonschema.validators import validator_for

FILES = sorted(
    file.relative_to(PROJECT) for folder in ("models", "seeds") for file in (PROJECT / folder).rglob("*.y*ml")
)
SCHEMA = json.loads((Path(dbt.jsonschemas.__path__[0]) / "resources" / "latest.json").read_text())
DOC = re.compile(r"""\{\{\s*doc\(\s*['"](\w+)['"]\s*\)\s*\}\}""")


def unknown_keys(text: str) -> list[str]:
    """Where a mapping has keys that dbt does not know: what is left of a text that was cut off at a comma."""
    errors = validator_for(SCHEMA)(SCHEMA).iter_errors(yaml.safe_load(text))
    return [f"{error.json_path}: {error.message}" for error in errors if error.validator == "additionalProperties"]


def nodes_below(node: yaml.Node) -> Iterator[tuple[yaml.MappingNode, str, yaml.Node]]:
    """Each key and value below a YAML node, with the mapping that they are in."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield node, key.value, value
            yield from nodes_below(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from nodes_below(item)


def unquoted_descriptions(text: str) -> list[str]:
    """Descriptions that a comma or a number sign cuts off, today or after the next edit."""
    found = []
    for mapping, key, value in nodes_below(yaml.compose(text)):
        if key == "description" and value.style is None:
            rest = text[value.end_mark.index :].partition("\n")[0]
            if mapping.flow_style or rest.strip():
                found.append(f"line {value.start_mark.line + 1}: put quotes around {value.value!r}")
    return sorted({*found})


def described(text: str, docs: dict[str, str]) -> dict[tuple[str, str | None], str]:
    """What a YAML file says of each relation (column None) and column."""
    resources = yaml.safe_load(text)
    descriptions = {}
    for relation in [*resources.get("models", []), *resources.get("seeds", [])]:
        for column in [{"name": None, "description": relation.get("description")}, *relation.get("columns", [])]:
            description = DOC.sub(lambda match: docs[match[1]], column.get("description") or "")
            descriptions[relation["name"], column["name"]] = description.strip()
    return descriptions


@pytest.fixture(scope="module")
def comments(warehouse: Warehouse) -> dict[tuple[str, str | None], str]:
    """What the database says of each relation (column None) and column."""
    rows = warehouse.query(
        """
        select table_name, null, comment from duckdb_tables() where schema_name <> 'meta'
        union all
        select view_name, null, comment from duckdb_views() where schema_name = 'staging'
        union all
        select table_name, column_name, comment from duckdb_columns() where not internal and schema_name <> 'meta'
        """
    )
    return {(relation, column): comment for relation, column, comment in rows}


@pytest.fixture(scope="module")
def docs(warehouse: Warehouse) -> dict[str, str]:
    """The project's doc blocks."""
    manifest = json.loads((warehouse.target / "manifest.json").read_text())
    return {block["name"]: block["block_contents"] for block in manifest["docs"].values()}


def test_every_description_arrives_as_it_is_written(
    comments: dict[tuple[str, str | None], str], docs: dict[str, str]
) -> None:
    written = {}
    for file in FILES:
        written.update(described((PROJECT / file).read_text(), docs))
    assert written == comments


def test_the_description_of_a_column_fits_into_a_hive_metastore(comments: dict[tuple[str, str | None], str]) -> None:
    """The build on Spark refuses a longer one; this says so without Spark."""
    assert {place: len(text) for place, text in comments.items() if place[1] and len(text) > 256} == {}


@pytest.mark.parametrize("file", FILES, ids=str)
def test_no_description_is_cut_off(file: Path) -> None:
    text = (PROJECT / file).read_text()
    assert unknown_keys(text) == []
    assert unquoted_descriptions(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "models: [{name: a, description: One, two.}]",
        "models: [{name: a, columns: [{name: b, description: One, two.}]}]",
        "anchors: [&b {name: b, description: One, two.}]\nmodels: [{name: a, columns: [*b]}]",
        "seeds: [{name: a, columns: [{name: b, description: One, two.}]}]",
        "seeds: [{name: a, config: {column_types: {b: int}}, columns: [{name: b, description: One, two.}]}]",
        "metrics: [{name: a, label: A, type: derived, description: One, two.}]",
        "exposures: [{name: a, type: analysis, owner: {name: A}, description: One, two.}]",
    ],
)
def test_a_description_that_is_cut_off_is_seen(text: str) -> None:
    assert ["'two.' was unexpected" in key for key in unknown_keys(text)] == [True]
    assert unquoted_descriptions(text) == ["line 1: put quotes around 'One'"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("{name: a, description: One.}", True),
        ("{name: a, description: One # two.\n}", True),
        ("name: a\ndescription: One # two.", True),
        ("name: a\ndescription: One, two.", False),
        ("name: a\ndescription: One #2, two.", True),
        ("name: a\ndescription: >-\n  One # two.", False),
        ("{name: a, description: 'One, two.'}", False),
        ('{name: a, description: "One # two."}', False),
    ],
)
def test_a_description_needs_quotes_where_it_could_be_cut_off(text: str, seen: bool) -> None:
    assert bool(unquoted_descriptions(text)) == seen


def test_doc_blocks_and_anchors_are_resolved() -> None:
    text = """
        anchors: [&b {name: b, description: "{{ doc('years') }} of trade"}]
        models: [{name: a, description: A., columns: [*b, {<<: *b, name: c}, {name: d}]}]
    """
    assert described(text, {"years": "Years"}) == {
        ("a", None): "A.",
        ("a", "b"): "Years of trade",
        ("a", "c"): "Years of trade",
        ("a", "d"): "",
    }
