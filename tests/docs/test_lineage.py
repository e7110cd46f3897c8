"""The README's drawing of the rooms has the arrows that dbt's manifest has between them, and no other."""

import itertools
import json
import re
from graphlib import TopologicalSorter

from conftest import PROJECT, Warehouse

ARROW = re.compile(r"--?>\s*")
NAME = re.compile(r"(\w+)(\[[^\]]*\])?")


def drawn() -> set[tuple[str, str]]:
    """The arrows of the drawing."""
    (block,) = re.findall(r"^```mermaid\nflowchart LR\n(.*?)^```$", (PROJECT / "README.md").read_text(), re.M | re.S)
    found = set()
    for line in block.splitlines():
        rooms = [NAME.match(part.strip())[1] for part in ARROW.split(line)]
        found |= {*itertools.pairwise(rooms)}
    return found


def needed(warehouse: Warehouse) -> set[tuple[str, str]]:
    """The arrows between rooms, without those that a longer way says too."""
    nodes = json.loads((warehouse.target / "manifest.json").read_text())["nodes"]
    room = {
        name: node["config"]["schema"] for name, node in nodes.items() if node["resource_type"] in ("seed", "model")
    }
    arrows = {
        (room[parent], room[name])
        for name in room
        for parent in nodes[name]["depends_on"].get("nodes", [])
        if parent in room and room[parent] != room[name]
    }
    before: dict[str, set[str]] = {}
    parents = {to: {one for one, other in arrows if other == to} for _, to in arrows}
    for each in TopologicalSorter(parents).static_order():
        direct = parents.get(each, set())
        before[each] = direct.union(*(before[one] for one in direct))
    return {(one, to) for one, to in arrows if not any(one in before[middle] for middle in parents[to] - {one})}


def test_the_drawing_is_the_lineage(warehouse: Warehouse) -> None:
    assert drawn() == needed(warehouse)
