"""What is told of a run of benchmarks/products.py: tables, goals, and where Spark would be ahead."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from measuring import Run, machine, seconds, spread, times

from atp_trade.pages.markdown import table

WAREHOUSE, ALL, MONTH, PLAIN, POLARS, PANDAS, SPARK, READING = (
    "warehouse",
    "all product models",
    "one more month",
    "plain DuckDB",
    "Polars",
    "pandas",
    "Spark",
    "reading",
)
WHAT = {
    READING: "DuckDB reads the columns that are needed, no more",
    PLAIN: "SQL by hand in DuckDB, without dbt",
    WAREHOUSE: "`dbt run` of the models of the three results",
    POLARS: "Polars, streaming",
    PANDAS: "pandas, in memory, listed products alone",
    SPARK: "Spark on two cores, in one process",
    ALL: "`dbt run` of all models of product trade",
    MONTH: "the same, after one more month is there",
}
PEERS = (PLAIN, POLARS, PANDAS, SPARK)
BAR = 30
MACHINES = 10
FULL = 100_000_000


@dataclass
class Size:
    """The rounds of each way at a number of rows; of the warehouse, the seconds of its SQL, and of questions to it."""

    rows: int
    runs: dict[str, list[Run]]
    sql: list[float] = field(default_factory=list)
    asked: list[list[float]] = field(default_factory=list)

    def of(self, way: str, kind: str = "processor") -> list[float]:
        """Seconds of each round."""
        return [getattr(run.seconds, kind) for run in self.runs[way]]

    def median(self, way: str, kind: str = "processor") -> float:
        """Seconds of the middle round."""
        return statistics.median(self.of(way, kind))

    def ratio(self, way: str, base: str, kind: str = "processor") -> float:
        """A way as a multiple of another one in the same round: the middle one."""
        return statistics.median(
            one / other for one, other in zip(self.of(way, kind), self.of(base, kind), strict=True)
        )


@dataclass(frozen=True)
class Goal:
    """What is wanted, what was found, as a number and by the clock, and the most that meets it."""

    sentence: str
    found: float
    on_clock: float | None
    limit: float
    unit: str = ""

    def row(self) -> tuple[str, ...]:
        """For a table."""
        found = f"{self.found:.1f}{self.unit}" if self.unit else times(self.found)
        on_clock = times(self.on_clock) if self.on_clock is not None else "-"
        return self.sentence, found, on_clock, "yes" if self.found <= self.limit else "no"


def goals(sizes: Sequence[Size]) -> list[Goal]:
    """The goals at the most rows that were measured."""
    size = sizes[-1]

    def ratio(sentence: str, way: str, base: str, limit: float) -> Goal:
        return Goal(sentence, size.ratio(way, base), size.ratio(way, base, "clock"), limit)

    found = [ratio("warehouse: at most 1.15 times plain DuckDB", WAREHOUSE, PLAIN, 1.15)]
    found += [
        ratio(f"warehouse: ahead of {peer}", WAREHOUSE, peer, 1)
        for peer in PEERS
        if peer != PLAIN and peer in size.runs
    ]
    found.append(ratio("warehouse: at most 3 times reading", WAREHOUSE, READING, 3))
    if len(sizes) > 1:
        less = sizes[-2]
        per_row = [
            size.median(WAREHOUSE, kind) / less.median(WAREHOUSE, kind) * less.rows / size.rows
            for kind in ("processor", "clock")
        ]
        found.append(Goal(f"a row: at most 1.3 times what it takes at {millions(less.rows)}", *per_row, 1.3))
    found.append(ratio("one more month: under 3 % of all product models", MONTH, ALL, 0.03))
    found.append(Goal("a dashboard's question: median under 10 ms", middle(size, 50), None, 10, " ms"))
    found.append(Goal("a dashboard's question: 99th percentile under 50 ms", middle(size, 99), None, 50, " ms"))
    return found


def middle(size: Size, percentile: int) -> float:
    """A percentile of the milliseconds of all questions, of the middle round."""
    return statistics.median(sorted(asked)[-(-len(asked) * percentile // 100) - 1] for asked in size.asked)


def millions(rows: float) -> str:
    """Rows to read."""
    return f"{rows / 1e6:,.3g} million rows" if rows < 1e9 else f"{rows / 1e6:,.0f} million rows"


def way_rows(size: Size) -> list[tuple[str, ...]]:
    """Each way: name, what, processor seconds, their spread, clock seconds, megabytes, ratio to plain DuckDB, a bar."""
    longest = max(size.median(way) for way in size.runs)
    rows = []
    for way in (way for way in WHAT if way in size.runs):
        median = size.median(way)
        rows.append(
            (
                way,
                WHAT[way],
                seconds(median),
                spread(size.of(way), seconds),
                seconds(size.median(way, "clock")),
                f"{statistics.median(run.megabytes for run in size.runs[way]):,.0f}",
                times(size.ratio(way, PLAIN)),
                "█" * max(1, round(BAR * median / longest)),
            )
        )
    return rows


def of_sql(size: Size) -> str:
    """What of the warehouse's time is SQL."""
    clock = size.median(WAREHOUSE, "clock")
    own = seconds(statistics.median(size.sql))
    return f"Of the warehouse's {seconds(clock)} clock seconds, {own} are its models' own; the rest is dbt's start."


def report(sizes: Sequence[Size]) -> str:
    """What a terminal shows."""
    lines = []
    for size in sizes:
        lines.append(
            f"{millions(size.rows):19} {'processor s':>11}  {'spread':<14} {'clock s':>7} {'MB':>6} {'ratio':>7}"
        )
        for way, _, processor, range_, clock, megabytes, ratio, _ in way_rows(size):
            lines.append(f"{way:19} {processor:>11}  {range_:<14} {clock:>7} {megabytes:>6} {ratio:>7}")
        lines += [of_sql(size), ""]
    lines.append(f"{'goal at ' + millions(sizes[-1].rows):58} {'found':>8}  met")
    lines += [f"{sentence:58} {found:>8}  {met}" for sentence, found, _, met in (goal.row() for goal in goals(sizes))]
    return "\n".join(lines)


def page_numbers(sizes: Sequence[Size]) -> str:
    """What docs/benchmarks.md shows of a run."""
    rounds = len(sizes[0].runs[PLAIN])
    ways = (
        "way",
        "what is run",
        "processor seconds",
        "lowest, highest",
        "clock seconds",
        "peak MB",
        "ratio",
        "processor seconds, drawn",
    )
    parts = [f"{date.today().isoformat()}: medians of {rounds} rounds on {machine()}."]
    for size in sizes:
        parts += [f"**{millions(size.rows)}**", table(ways, way_rows(size)), of_sql(size)]
    parts.append(f"The goals, at {millions(sizes[-1].rows)}:")
    parts.append(table(("goal", "found", "by the clock", "met"), [goal.row() for goal in goals(sizes)]))
    return "\n" + "\n\n".join(parts) + "\n\n"


def line(sizes: Sequence[Size], way: str) -> tuple[float, float]:
    """A way's clock seconds as a start and seconds for each million rows, through the smallest and the largest size."""
    first, last = sizes[0], sizes[-1]
    slope = (last.median(way, "clock") - first.median(way, "clock")) / (last.rows - first.rows) * 1e6
    return first.median(way, "clock") - slope * first.rows / 1e6, slope


def crossing(one: tuple[float, float], other: tuple[float, float]) -> float | None:
    """The rows from which the other way is ahead, which starts later; None if it never is."""
    (start, slope), (later_start, later_slope) = one, other
    return max(0.0, 1e6 * (later_start - start) / (slope - later_slope)) if later_slope < slope else None


def ahead(rows: float | None) -> str:
    """From how many rows Spark is ahead."""
    return "Spark is ahead at no number of rows" if rows is None else f"Spark is ahead from {millions(rows)} on"


def crossover(sizes: Sequence[Size]) -> str:
    """What docs/scale.md shows of a run: where Spark is ahead of DuckDB, here and on paper."""
    duckdb, spark = line(sizes, PLAIN), line(sizes, SPARK)
    shared = spark[0], spark[1] / MACHINES
    one, many = crossing(duckdb, spark), crossing(duckdb, shared)
    rows = [
        (
            millions(size.rows),
            *(seconds(size.median(way, "clock")) for way in (PLAIN, SPARK)),
            times(size.ratio(SPARK, PLAIN, "clock")),
        )
        for size in sizes
    ]
    steps = f"({spark[0]:.2f} - {duckdb[0]:.2f}) / ({duckdb[1]:.3f} - {shared[1]:.4f})"
    found = (
        f"{steps} = {many / 1e6:,.0f} million rows"
        if many is not None
        else f"at no number of rows, because {shared[1]:.4f} is not less than {duckdb[1]:.3f}"
    )
    parts = (
        f"{date.today().isoformat()}: medians of {len(sizes[0].runs[PLAIN])} rounds on {machine()}.",
        table(("rows", "DuckDB, clock seconds", "Spark, clock seconds", "Spark / DuckDB"), rows),
        "\n".join(
            (
                f"- DuckDB takes {duckdb[0]:.2f} s and {duckdb[1]:.3f} s for each million rows.",
                f"- Spark takes {spark[0]:.2f} s and {spark[1]:.3f} s for each million rows.",
                f"- On this machine, {ahead(one)}.",
                f"- On paper, {MACHINES} such machines share the rows, and each million takes "
                f"{spark[1]:.3f} / {MACHINES} = {shared[1]:.4f} s.",
                f"- So the cluster is ahead of one machine from here on: {found}.",
            )
        ),
    )
    return "\n" + "\n\n".join(parts) + "\n\n"
