"""docs/mirror.md: its commands and statements run as they stand, on a server of the tests' own."""

import subprocess

from blocks import blocks
from conftest import PROJECT, Warehouse
from postgres import PASSWORD, running_server

BLOCKS = blocks("mirror")


def test_the_page_runs_from_its_first_block_to_its_last(warehouse: Warehouse) -> None:
    command, create_role, build, grants = (block.code for block in BLOCKS)
    subprocess.run(["make", "--dry-run", *command.split()[1:]], cwd=PROJECT, capture_output=True, check=True)
    with running_server() as server, server.connect("postgres") as admin:
        admin.execute("create database warehouse")
        admin.execute("create role analysts login")
        admin.execute(create_role)
        for role in ("atp", "analysts"):
            admin.execute(f"alter role {role} password '{PASSWORD}'")
        for _ in range(2):
            outcome = warehouse.run("atp", "mirror", server.address("warehouse", "atp"))
            assert outcome.returncode == 0, outcome.stdout
            with server.connect("warehouse", "atp") as owner:
                owner.execute(grants)
        with server.connect("warehouse", "analysts") as analyst:
            assert analyst.execute(build).fetchall() == warehouse.query(
                "select built_at_utc, git_commit, sources from meta.build"
            )
            assert analyst.execute("select count(*) from marts.trade_totals").fetchone() == (7,)
