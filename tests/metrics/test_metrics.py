"""What a metrics client gets is what the marts contain: every metric, by every breakdown, in every year."""

import csv
import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from blocks import Block, blocks, run_block
from conftest import Warehouse

# The client's settings, as docs/metrics.md gives them; it asks an index for a newer version of itself, and
# here gets none.
SETTINGS = {"DBT_PROFILES_DIR": "profiles", "DBT_TARGET": "reader", "HTTPS_PROXY": "http://127.0.0.1:9"}

# Each metric, and the same in the columns of every mart by member, and of the total's measures.
METRICS = {
    "exports": "exports_usd_millions",
    "imports": "imports_usd_millions",
    "trade_balance": "balance_usd_millions",
    "total_trade": "total_trade_usd_millions",
    "export_share_pct": "export_share_pct",
    "import_share_pct": "import_share_pct",
    "exports_growth_pct": "exports_growth_pct",
    "imports_growth_pct": "imports_growth_pct",
    "coverage_ratio": "coverage_ratio",
    "normalized_balance": "normalized_balance",
}
BREAKDOWNS = ("technology", "region", "partner")
# The shares of a total, which are 100, are not in marts.trade_totals.
TOTALS = "(from core.trade_measures where source_id = 'nsf07329' and breakdown = 'total')"
Answer = dict[tuple, dict[str, str]]


@dataclass(frozen=True)
class Client(Warehouse):
    """A built project whose metrics the client knows, and the client."""

    calls: subprocess.Popen[str]

    def mf(self, *arguments: str) -> str:
        """What the client says to a call that succeeds."""
        said = self.project / "said.txt"
        call = {"folder": str(self.project), "arguments": arguments, "said": str(said)}
        print(json.dumps(call), file=self.calls.stdin, flush=True)
        assert self.calls.stdout.readline() == "0\n", said.read_text()
        return said.read_text()


@pytest.fixture(scope="module")
def calls() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("many_calls.py")],
        env={**os.environ, **SETTINGS},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as running:
        yield running
        running.stdin.close()


@pytest.fixture(scope="module")
def client(warehouse: Warehouse, calls: subprocess.Popen[str]) -> Client:
    """The built project, with its metrics told to the client."""
    return told(Client(warehouse.project, warehouse.database, calls))


@pytest.fixture
def changed(client: Client, copy: Warehouse) -> Client:
    """A copy to change, with what dbt has read for the client: it reads anew what is changed."""
    shutil.copytree(client.project / "target", copy.project / "target")
    return Client(copy.project, copy.database, client.calls)


def told(client: Client) -> Client:
    outcome = client.run("dbt", "parse", **SETTINGS)
    assert outcome.returncode == 0, outcome.stdout
    return client


def ask(client: Client, metrics: str, *by: str, where: str | None = None) -> Answer:
    """What the client says: the metrics' values as text, by the year's number and the ids that are asked for."""
    answer = client.project / "answer.csv"
    items = [{"year": "metric_time__year"}.get(item, item) for item in by]
    client.mf(
        *("query", "--metrics", metrics, "--csv", str(answer)),
        *(("--group-by", ",".join(items)) if items else ()),
        *(("--where", where) if where else ()),
    )
    with answer.open(newline="") as file:
        rows = list(csv.DictReader(file))
    answer.unlink()
    keys = [tuple(int(row[item][:4]) if item == "metric_time__year" else row[item] for item in items) for row in rows]
    assert len(set(keys)) == len(keys), "a row stands once"
    return {key: {metric: row[metric] for metric in metrics.split(",")} for key, row in zip(keys, rows, strict=True)}


def differences(answer: Answer, truth: dict[tuple, dict[str, Decimal | float | None]]) -> list[str]:
    """Where the client and the marts differ: rows, dollars to the last digit, other numbers beyond 1e-9."""
    found = [f"{key} is not in both" for key in answer.keys() ^ truth.keys()]
    for key in answer.keys() & truth.keys():
        for metric, said in answer[key].items():
            held = truth[key][metric]
            if held is None or said == "":
                same = held is None and said == ""
            elif isinstance(held, Decimal):
                same = Decimal(said) == held
            else:
                same = math.isclose(float(said), held, rel_tol=1e-9, abs_tol=1e-9)
            if not same:
                found.append(f"{metric} of {key} is {said or None}, and {held} in the marts")
    return found


def held(warehouse: Warehouse, key: str, relation: str) -> dict[tuple, dict[str, Decimal | float | None]]:
    """The same from a relation of the warehouse, by the columns of the key."""
    rows = warehouse.query(f"select ({key}), {', '.join(METRICS.values())} from {relation}")
    assert rows
    return {tuple(key.values()): dict(zip(METRICS, values, strict=True)) for key, *values in rows}


def test_the_client_knows_these_metrics_and_no_others(client: Client) -> None:
    assert set(re.findall(r"^• (\w+):", client.mf("list", "metrics"), re.MULTILINE)) == {*METRICS}


def test_the_configuration_is_valid(client: Client) -> None:
    said = client.mf("validate-configs")
    assert len(re.findall(r"Successfully validated .* \(ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0\)", said)) == 6


def test_all_metrics_by_year_are_those_of_the_totals(client: Client) -> None:
    answer = ask(client, ",".join(METRICS), "year")
    assert differences(answer, held(client, "{'year': data_year}", TOTALS)) == []


@pytest.mark.parametrize("breakdown", BREAKDOWNS)
def test_all_metrics_by_a_breakdown_are_those_of_its_mart_and_all_is_the_total(client: Client, breakdown: str) -> None:
    answer = ask(client, ",".join(METRICS), breakdown, "year")
    truth = held(client, f"{{'member': {breakdown}_id, 'year': data_year}}", f"marts.trade_by_{breakdown}")
    totals = held(client, "{'member': 'all', 'year': data_year}", TOTALS)
    assert differences(answer, truth | totals) == []


def test_all_breakdowns_at_once_have_each_member_once(client: Client) -> None:
    """Breakdowns do not cross in the report: a member of one stands with `all` of the others."""
    members = ", ".join(
        f"'{breakdown}': case when breakdown = '{breakdown}' then {breakdown}_id else 'all' end"
        for breakdown in BREAKDOWNS
    )
    of_the_report = "(from core.trade_measures where source_id = 'nsf07329')"
    truth = held(client, f"{{{members}, 'year': data_year}}", of_the_report)
    assert differences(ask(client, ",".join(METRICS), *BREAKDOWNS, "year"), truth) == []


def test_members_that_are_picked_are_added_up(client: Client) -> None:
    answer = ask(
        client, "trade_balance,export_share_pct", "year", where="{{ Entity('partner') }} in ('CHN', 'MEX', 'CAN')"
    )
    rows = client.query(
        """
        select {'year': data_year}, sum(balance_usd_millions), sum(export_share_pct) from marts.trade_by_partner
        where partner_id in ('CHN', 'MEX', 'CAN') group by data_year
        """
    )
    truth = {tuple(key.values()): {"trade_balance": a, "export_share_pct": b} for key, a, b in rows}
    assert len(truth) == 7
    assert differences(answer, truth) == []


def test_years_are_added_up_but_for_shares(client: Client) -> None:
    total = client.query("select sum(balance_usd_millions) from marts.trade_totals")
    answer = ask(client, "trade_balance,import_share_pct")
    assert answer == {(): {"trade_balance": str(total[0][0]), "import_share_pct": ""}}


def test_members_of_several_breakdowns_are_never_added_up(client: Client) -> None:
    answer = ask(
        client,
        "exports,coverage_ratio",
        "year",
        where="{{ Dimension('trade__breakdown') }} in ('technology', 'partner')",
    )
    assert answer == {(year,): {"exports": "", "coverage_ratio": ""} for year in range(2000, 2007)}


def test_numbers_of_several_sources_are_neither_added_up_nor_compared(changed: Client) -> None:
    """As if the years from 2004 on were another source's."""
    with duckdb.connect(str(changed.database)) as connection:
        connection.execute("update metrics.trade_members set source_state = 'another' where data_year >= 2004")
    by_year = ask(changed, "exports,exports_growth_pct", "year")
    assert all(numbers["exports"] for numbers in by_year.values())
    assert [year for (year,), numbers in sorted(by_year.items()) if not numbers["exports_growth_pct"]] == [2000, 2004]
    assert ask(changed, "exports,coverage_ratio") == {(): {"exports": "", "coverage_ratio": ""}}


def test_the_client_reads_beside_others_and_writes_nothing(client: Client) -> None:
    before = hashlib.sha256(client.database.read_bytes()).digest()
    with duckdb.connect(str(client.database), read_only=True):
        assert len(ask(client, "exports", "year")) == 7
    assert hashlib.sha256(client.database.read_bytes()).digest() == before
    assert not client.database.with_name(f"{client.database.name}.wal").exists()


@pytest.mark.parametrize(
    ("wrong", "seen"),
    [
        (
            {
                "expr: exports - imports\n": "expr: imports - exports\n",
                "numerator: exports\n    denominator: imports": "numerator: imports\n    denominator: exports",
                "alias: exports_before, offset_window: 1 year": "alias: exports_before, offset_window: 2 years",
            },
            {"trade_balance", "normalized_balance", "coverage_ratio", "exports_growth_pct"},
        ),
        (
            {"breakdowns = 1 then imports_of_members": "breakdowns > 0 then imports_of_members"},
            {*METRICS} - {"exports", "export_share_pct", "exports_growth_pct"},
        ),
    ],
    ids=["wrong formulas", "counted twice"],
)
def test_a_wrong_definition_is_seen(changed: Client, wrong: dict[str, str], seen: set[str]) -> None:
    definitions = changed.project / "models" / "metrics" / "_metrics.yml"
    text = definitions.read_text()
    for right, broken in wrong.items():
        assert text.count(right) == 1
        text = text.replace(right, broken)
    definitions.write_text(text)
    found = differences(ask(told(changed), ",".join(METRICS), "year"), held(changed, "{'year': data_year}", TOTALS))
    assert {difference.split()[0] for difference in found} == seen


@pytest.mark.parametrize("block", blocks("metrics"), ids=lambda block: f"{block.page}:{block.line}")
def test_the_page_shows_what_the_client_says(client: Client, block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", SETTINGS["HTTPS_PROXY"])
    environment = client.project / ".venv"
    if not environment.exists():
        environment.symlink_to(Path(sys.executable).parents[1])
    assert run_block(block, client.project)
