"""What a build costs, beside the same work without dbt; and a query, beside the same query without `atp`.

    make bench              three rounds of each step, and whether the goals are met
    make bench WRITE=1      the same, and its numbers go into docs/benchmarks.md, which explains the steps

It works in a copy of the project. In every round it compares what `atp build` published with what the plain script
made, and fails if they differ. The short form, --short, does only that, with the project's own published file.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
from measuring import (
    PROGRAMS,
    PROJECT,
    Numbers,
    Parser,
    Seconds,
    copy_project,
    machine,
    run,
    seconds,
    spread,
    times,
)

from atp_trade.dbt import MANIFEST, left_out, read_results
from atp_trade.pages.markdown import table
from atp_trade.places import DATABASE, folder_beside

PLAIN = Path(__file__).with_name("plain.py")
ROUNDS = 3
# A step that takes a moment is run so often in a round, among the others, and the round's figure is the median.
REPEATS = 5
# What `atp build` adds to a published file, about the build itself. The plain script has no build to tell of.
META = "meta"
QUERY = "select data_year, exports_usd_millions, imports_usd_millions from marts.trade_totals order by data_year"
ALONE = f"""
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
for row in connection.execute("{QUERY}").fetchall():
    print(*row)
"""
# Where `atp build` lets dbt work, seen from the project. dbt's parse cache is valid for one place only.
AS_BUILT = {"ATP_TRADE_DB": str(folder_beside(Path(DATABASE)) / DATABASE)}
CHANGED_MODEL = "models/marts/trade_totals.sql"
NUMBERS = Numbers(PROJECT / "docs" / "benchmarks.md", "make bench WRITE=1")


@dataclass(frozen=True)
class Copy:
    """A copy of what dbt reads of the project, in a folder of its own, and what is built there."""

    project: Path

    @property
    def database(self) -> Path:
        """The file that is published."""
        return self.project / DATABASE

    @property
    def target(self) -> Path:
        """Where a build leaves dbt's artefacts."""
        return folder_beside(self.database) / "target"

    @property
    def scripted(self) -> Path:
        """The file that the plain script makes. dbt's SQL calls the database by the file's name."""
        return self.project / "plain" / DATABASE


@dataclass(frozen=True)
class Step:
    """Something to measure, and the step to divide it by. Its output says something if it did what it should."""

    name: str
    what: str
    base: str
    command: Callable[[Copy], Sequence[str | Path]]
    prepare: Callable[[Copy], None] = lambda _: None
    says: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    repeats: int = 1


@dataclass(frozen=True)
class Goal:
    """What a step may take at most, as a multiple of another one."""

    sentence: str
    step: str
    base: str
    limit: float


@dataclass
class Measured:
    """The rounds of each step."""

    rounds: dict[str, list[Seconds]] = field(default_factory=dict)

    def ratios(self, step: str, base: str, kind: str = "processor") -> list[float]:
        """A step as a multiple of another one, round by round."""
        pairs = zip(self.rounds[step], self.rounds[base], strict=True)
        return [getattr(one, kind) / getattr(other, kind) for one, other in pairs]


def forget_cache(copy: Copy) -> None:
    """Remove what dbt keeps of the project between two runs."""
    (copy.target / "partial_parse.msgpack").unlink(missing_ok=True)


def change_model(copy: Copy) -> None:
    """Add a comment to one model."""
    with (copy.project / CHANGED_MODEL).open("a", encoding="utf-8") as model:
        model.write("\n-- changed\n")


def clear_scripted(copy: Copy) -> None:
    """Make room for the plain script's file."""
    shutil.rmtree(copy.scripted.parent, ignore_errors=True)
    copy.scripted.parent.mkdir()


def forced(_: Copy) -> list[str | Path]:
    """The command of a full build."""
    return [PROGRAMS / "atp", "build", "--force"]


WARM, NOTHING, SCRIPT, SQL, BARE = "full build, warm", "nothing changed", "plain DuckDB", "atp sql", "DuckDB alone"
STEPS = (
    Step(
        "full build, cold",
        "`atp build --force` without dbt's parse cache",
        SCRIPT,
        forced,
        prepare=forget_cache,
        says="published ",
    ),
    Step(WARM, "`atp build --force`", SCRIPT, forced, says="published "),
    Step(
        "one model changed",
        "`atp build` after a comment is added to one model",
        WARM,
        lambda _: [PROGRAMS / "atp", "build"],
        prepare=change_model,
        says="published ",
    ),
    Step(
        NOTHING,
        "`atp build` again",
        WARM,
        lambda _: [PROGRAMS / "atp", "build"],
        says=" is current: ",
        repeats=REPEATS,
    ),
    Step(
        SCRIPT,
        "`benchmarks/plain.py`: the same SQL in a Python without dbt",
        SCRIPT,
        lambda copy: [sys.executable, PLAIN, copy.target / MANIFEST, copy.scripted],
        prepare=clear_scripted,
    ),
    Step(
        "dbt parse, warm",
        "`dbt parse` with its parse cache",
        SCRIPT,
        lambda _: [PROGRAMS / "dbt", "parse"],
        variables=AS_BUILT,
    ),
    Step(
        "import of dbt",
        '`python -c "import dbt.cli.main"`',
        SCRIPT,
        lambda _: [sys.executable, "-c", "import dbt.cli.main"],
    ),
    Step(
        SQL,
        '`atp sql "select ..."`: seven rows of `marts.trade_totals`',
        BARE,
        lambda _: [PROGRAMS / "atp", "sql", QUERY],
        repeats=REPEATS,
    ),
    Step(
        BARE,
        "a Python that imports DuckDB, opens the file, asks the same and prints the rows",
        BARE,
        lambda copy: [sys.executable, "-c", ALONE, copy.database],
        repeats=REPEATS,
    ),
)
GOALS = (
    Goal("nothing changed: under 1 % of a full build", NOTHING, WARM, 0.01),
    Goal("full build, warm: at most 11 times plain DuckDB", WARM, SCRIPT, 11),
    Goal("atp sql: at most twice DuckDB alone", SQL, BARE, 2),
)


def differences(left: Path, right: Path, without: Sequence[str] = ()) -> list[str]:
    """A sentence for each relation that two database files do not share, with its columns and rows.

    Some schemas can be left out.
    """
    with duckdb.connect() as connection:
        columns = {}
        for side, file in (("a", left), ("b", right)):
            escaped = str(file).replace("'", "''")
            connection.execute(f"attach '{escaped}' as {side} (read_only)")
            for relation, described in connection.execute(
                f"""
                select concat(schema_name, '.', table_name), list(column_name || ' ' || data_type order by column_index)
                from duckdb_columns() where database_name = '{side}' and not list_contains(?, schema_name) group by all
                """,
                [list(without)],
            ).fetchall():
                columns.setdefault(relation, {})[side] = described
        found = []
        for relation, sides in sorted(columns.items()):
            if len(sides) == 1:
                found.append(f"{relation} is in one of them only")
            elif sides["a"] != sides["b"]:
                found.append(f"{relation} has other columns: {sorted({*sides['a']} ^ {*sides['b']})}")
            else:
                rows = connection.execute(
                    f"""
                    select count(*) from (
                        (from a.{relation} except all from b.{relation})
                        union all
                        (from b.{relation} except all from a.{relation})
                    )
                    """
                ).fetchone()[0]
                if rows:
                    found.append(f"{relation} has {rows} row(s) that the other lacks")
        return found


def compare(published: Path, scripted: Path) -> None:
    """End with a sentence if the two ways to the warehouse do not have the same content."""
    if found := differences(published, scripted, without=[META]):
        sys.exit("the plain script and the warehouse differ: " + "; ".join(found))


def measure_round(copy: Copy) -> dict[str, Seconds]:
    """Each step in turn; the short ones more than once."""
    seen: dict[str, list[Seconds]] = {step.name: [] for step in STEPS}
    said = {}
    for repeat in range(REPEATS):
        for step in STEPS:
            if repeat < step.repeats:
                step.prepare(copy)
                taken = run(step.name, step.command(copy), copy.project, step.says, step.variables)
                seen[step.name].append(taken.seconds)
                said[step.name] = taken.output
    compare(copy.database, copy.scripted)
    # The table for people begins with the columns' names and a line.
    if [line.split() for line in said[SQL].splitlines()[2:]] != [line.split() for line in said[BARE].splitlines()]:
        sys.exit(f"`atp sql` and DuckDB alone answer differently:\n{said[SQL]}{said[BARE]}")
    return {name: Seconds(*map(statistics.median, zip(*each, strict=True))) for name, each in seen.items()}


def measure(rounds: int) -> Measured:
    """All steps in rounds, so that what else the machine does falls on all alike."""
    measured = Measured()
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        copy_project(copy.project)
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds}", file=sys.stderr)
            for name, taken in measure_round(copy).items():
                measured.rounds.setdefault(name, []).append(taken)
    return measured


def short(project: Path = PROJECT) -> None:
    """Compare the project's published file, built first if it is not current, with what the plain script makes."""
    built = Copy(project)
    run("atp build", [PROGRAMS / "atp", "build"], project)
    if not has_artefacts(built.target):
        run("atp build --force", forced(built), project)
    compare_with_plain(built)


def has_artefacts(target: Path) -> bool:
    """Whether dbt's artefacts are those of a whole build: the published file outlives a build that fails."""
    try:
        return left_out(target, read_results(target)) is None
    except OSError:
        return False


def compare_with_plain(built: Copy) -> None:
    """Run the plain script on what dbt left of a build, and compare with what that build published."""
    with tempfile.TemporaryDirectory() as folder:
        scripted = Path(folder) / DATABASE
        command = [sys.executable, PLAIN, built.target / MANIFEST, scripted]
        taken = run(SCRIPT, command, built.project)
        compare(built.database, scripted)
    processor, clock = map(seconds, taken.seconds)
    print(f"{SCRIPT} makes what atp build published, in {processor} s ({clock} s on the clock)")


def step_rows(measured: Measured) -> list[tuple[str, ...]]:
    """Each step: name, what is run, processor seconds, their spread, seconds on the clock, ratio, and its base."""
    rows = []
    for step in STEPS:
        processor, clock = (list(numbers) for numbers in zip(*measured.rounds[step.name], strict=True))
        ratio = times(statistics.median(measured.ratios(step.name, step.base))) if step.base != step.name else "1"
        range_ = spread(processor, seconds)
        median, on_clock = (seconds(statistics.median(numbers)) for numbers in (processor, clock))
        rows.append((step.name, step.what, median, range_, on_clock, ratio, step.base))
    return rows


def goal_rows(measured: Measured) -> list[tuple[str, ...]]:
    """Each goal: its sentence, the ratio of processor seconds, its spread, that on the clock, and whether it is met."""
    rows = []
    for goal in GOALS:
        ratios = measured.ratios(goal.step, goal.base)
        median = statistics.median(ratios)
        on_clock = times(statistics.median(measured.ratios(goal.step, goal.base, "clock")))
        rows.append(
            (goal.sentence, times(median), spread(ratios, times), on_clock, "yes" if median <= goal.limit else "no")
        )
    return rows


def report(measured: Measured) -> str:
    """What a terminal shows."""
    lines = [f"{'':17} {'processor s':>11}  {'spread':<14} {'clock s':>7} {'ratio':>6}"]
    for name, _, processor, range_, clock, ratio, base in step_rows(measured):
        lines.append(f"{name:17} {processor:>11}  {range_:<14} {clock:>7} {ratio:>6} of {base}")
    lines += ["", f"{'goal':47} {'ratio':>7}  {'spread':<16} met"]
    for sentence, ratio, range_, _, met in goal_rows(measured):
        lines.append(f"{sentence:47} {ratio:>7}  {range_:<16} {met}")
    return "\n".join(lines)


def page_numbers(measured: Measured) -> str:
    """What the page shows of a run."""
    rounds = len(measured.rounds[SCRIPT])
    steps = ("step", "what is run", "processor seconds", "lowest, highest", "clock seconds", "ratio", "to")
    goals = ("goal", "ratio", "lowest, highest", "ratio by the clock", "met")
    parts = (
        f"{date.today().isoformat()}: medians of {rounds} rounds on {machine()}.",
        table(steps, step_rows(measured)),
        table(goals, goal_rows(measured)),
    )
    return "\n" + "\n\n".join(parts) + "\n\n"


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, metavar="N", help=f"how often each step is measured (default: {ROUNDS})")
    parser.add_argument("--write", action="store_true", help="put the numbers into docs/benchmarks.md")
    parser.add_argument("--short", action="store_true", help="only compare the plain script with the published file")
    chosen = parser.parse_args()
    if chosen.rounds is not None and chosen.rounds < 1:
        parser.error(f"--rounds {chosen.rounds} measures nothing: give 1 or more")
    if chosen.short and (chosen.write or chosen.rounds):
        parser.error("--short has no rounds and nothing to write: leave out --rounds and --write")
    return chosen


def main() -> None:
    """Measure, and tell."""
    chosen = arguments()
    if chosen.short:
        return short()
    if chosen.write:
        NUMBERS.read()
    measured = measure(chosen.rounds or ROUNDS)
    print(report(measured))
    if chosen.write:
        NUMBERS.write(page_numbers(measured))


if __name__ == "__main__":
    main()
