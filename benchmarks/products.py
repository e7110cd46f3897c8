"""What product trade costs in the warehouse, beside the same results by other engines.

    make benchmark                       1 and 10 million rows of made-up trade, three rounds
    make benchmark SIZES="1 10 100"      these, in millions
    make benchmark WRITE=1               the same, and its numbers go into docs/benchmarks.md, which explains them

Each engine is a program of its own in benchmarks/engines. Its results are compared with those of plain DuckDB, value by
value, before it is measured and after each time. The short form, --short, only compares.
"""

import argparse
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from measuring import PROGRAMS, PROJECT, Numbers, Parser, Run, copy_project, run
from product_page import (
    ALL,
    MONTH,
    PANDAS,
    PLAIN,
    POLARS,
    READING,
    SPARK,
    WAREHOUSE,
    Size,
    crossover,
    page_numbers,
    report,
)

from atp_trade.dbt import read_results
from atp_trade.load.raw import SYNTHETIC
from atp_trade.places import DATA, DATABASE, folder_beside

ENGINES = Path(__file__).with_name("engines")
# Made-up trade is kept for the next run; `make clean` removes it.
STORE = PROJECT / "build" / "benchmark"
# Spark is in this environment, or in one of its own.
HAS_SPARK = importlib.util.find_spec("pyspark") is not None
SPARK_PYTHON = Path(sys.executable) if HAS_SPARK else PROJECT / ".venv-spark" / "bin" / "python"
ROUNDS, SIZES, SHORT_ROWS = 3, (1, 10), 100_000
NUMBERS = Numbers(PROJECT / "docs" / "benchmarks.md", "make benchmark WRITE=1")
CROSSOVER = Numbers(PROJECT / "docs" / "scale.md", "make benchmark WRITE=1")
# The models of the three results, from the files on; what they need besides is there before.
FIRST = ("stg_census__product_lists", "stg_census__product_months", "stg_census__product_trade")
MODELS = (*FIRST, "product_classes", "product_years", "product_sums", "dim_product", "top_products")
# All that is made of product trade, and what that needs besides.
ALL_MODELS = [f"@product_sums,{name}+" for name in FIRST]
BESIDES = ("--select", "@product_sums", "--exclude", *(f"{name}+" for name in FIRST))
# The three results, with the same columns whoever made them.
RESULTS = {
    "product_trade": """
        select flow, data_year, product_code, census_area_code, country_code, cast(value_usd as bigint) as value_usd,
            cast(quantity as bigint) as quantity, quantity_unit
        from {relation}
        """,
    "monthly": """
        select flow, data_year, data_month, census_area_code, country_code, cast(value_usd as bigint) as value_usd
        from {relation}
        """,
    "top_products": """
        select data_year, flow, census_area_code, country_code, product_code, product_rank,
            cast(value_usd as bigint) as value_usd, share_pct
        from {relation}
        """,
}
OF_PRODUCT, OF_MONTH = " where data_month is null", " where data_month is not null and census_area_code is not null"
MARTS_TOP = """(
    select *, coalesce(schedule_c_code, partner_id) as country_code,
        value_usd_millions * 1000000 as value_usd
    from marts.top_products left join seeds.partners using (partner_id)
)"""


@dataclass(frozen=True)
class Bench:
    """A copy of the project in a folder of its own, with one data folder, and where results are written."""

    folder: Path
    data: Path

    @property
    def project(self) -> Path:
        """The copy."""
        return self.folder / "project"

    @property
    def database(self) -> Path:
        """The file that dbt builds. Its SQL calls the database by the file's name."""
        return self.project / DATABASE

    @property
    def besides(self) -> Path:
        """The file with what product models need besides product trade."""
        return self.folder / "besides.duckdb"

    @property
    def before(self) -> Path:
        """The file of a month before."""
        return self.folder / "before.duckdb"

    def result(self, name: str) -> Path:
        """An empty folder for what an engine writes."""
        folder = self.folder / "results" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def read_from(self, data: Path) -> None:
        """Let dbt read another data folder."""
        (self.project / DATA).unlink(missing_ok=True)
        (self.project / DATA).symlink_to(data, target_is_directory=True)

    def dbt(self, name: str, *arguments: str) -> Run:
        """Run dbt in the copy."""
        command = [PROGRAMS / "dbt", "--quiet", *arguments, "--threads", "2"]
        return run(name, command, self.project, variables={"ATP_TRADE_DB": str(self.database)})

    def sql_seconds(self) -> float:
        """Seconds on the clock that dbt's last run spent in the models' SQL."""
        return sum(result["execution_time"] for result in read_results(folder_beside(self.database) / "target"))


@contextmanager
def bench(data: Path) -> Iterator[Bench]:
    """A copy of the project that reads a data folder, where nothing is built yet."""
    with tempfile.TemporaryDirectory() as folder:
        made = Bench(Path(folder), data.absolute())
        made.project.mkdir()
        copy_project(made.project)
        made.read_from(made.data)
        yield made


def build_seeds(made: Bench, *selection: str) -> None:
    """Let dbt load seeds and make models."""
    made.dbt("dbt build", "build", "--resource-type", "seed", "--resource-type", "model", *selection)


def build_before(made: Bench) -> None:
    """Build the state of one month before, from a data folder that lacks the last month."""
    earlier = made.folder / "earlier"
    months = sorted({month.name for month in made.data.glob("census_hs/*/*/*")})
    for place in made.data.glob("census_hs/*/*/*"):
        if place.name != months[-1]:
            link = earlier / place.relative_to(made.data)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(place, target_is_directory=True)
    (earlier / "census_lists").symlink_to(made.data / "census_lists", target_is_directory=True)
    made.read_from(earlier)
    build(made, made.besides, ALL_MODELS)
    made.database.replace(made.before)
    made.read_from(made.data)


def build(made: Bench, start: Path, models: Sequence[str]) -> Run:
    """Let dbt make models in a copy of a file; only dbt's run is measured."""
    shutil.copy(start, made.database)
    return made.dbt("dbt run", "run", "--select", *models)


def by_program(name: str, python: Path = Path(sys.executable)) -> Callable[[Bench], Run]:
    """A program of benchmarks/engines. It is run in the data folder, whose path it so need not know."""
    return lambda made: run(name, [python, ENGINES / name, ".", made.result(name)], made.data)


@dataclass(frozen=True)
class Way:
    """A way to the results: how to run it, and where it leaves relations for RESULTS."""

    name: str
    run: Callable[[Bench], Run]
    left: Callable[[Bench], tuple[str, str, str]] | None = None
    needs: Callable[[], bool] = lambda: True
    # Files of this kind are attached under this name.
    database: Callable[[Bench], Path] | None = None


def text(path: Path) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"


def tables(program: str) -> Callable[[Bench], tuple[str, str, str]]:
    """Three Parquet files."""
    return lambda made: tuple(
        f"read_parquet({text(made.folder / 'results' / program / f'{name}.parquet')})" for name in RESULTS
    )


def spark_tables(made: Bench) -> tuple[str, str, str]:
    """Folders of Parquet files."""
    sums, top = (
        f"read_parquet({text(made.folder / 'results' / 'by_spark.py' / name / '*.parquet')})"
        for name in ("product_sums", "top_products")
    )
    return sums + OF_PRODUCT, sums + OF_MONTH, top


def has(module: str) -> Callable[[], bool]:
    """Whether this environment has a module."""
    return lambda: importlib.util.find_spec(module) is not None


def in_warehouse(_: Bench) -> tuple[str, str, str]:
    """Tables of the file that dbt built."""
    return "core.product_sums" + OF_PRODUCT, "core.product_sums" + OF_MONTH, MARTS_TOP


def in_plain(_: Bench) -> tuple[str, str, str]:
    """Tables of plain DuckDB's file."""
    return "product_sums" + OF_PRODUCT, "product_sums" + OF_MONTH, "top_products"


def plain_file(made: Bench) -> Path:
    """Plain DuckDB's file."""
    return made.folder / "results" / "by_duckdb.py" / "plain.duckdb"


def dbt_file(made: Bench) -> Path:
    """The file that dbt built."""
    return made.database


WAYS = (
    Way(PLAIN, by_program("by_duckdb.py"), in_plain, database=plain_file),
    Way(WAREHOUSE, lambda made: build(made, made.besides, MODELS), in_warehouse, database=dbt_file),
    Way(READING, by_program("by_reading.py")),
    Way(POLARS, by_program("by_polars.py"), tables("by_polars.py"), has("polars")),
    Way(PANDAS, by_program("by_pandas.py"), tables("by_pandas.py"), has("pandas")),
    Way(SPARK, by_program("by_spark.py", SPARK_PYTHON), spark_tables, lambda: SPARK_PYTHON.exists()),
    Way(MONTH, lambda made: build(made, made.before, ALL_MODELS), in_warehouse, database=dbt_file),
    Way(ALL, lambda made: build(made, made.besides, ALL_MODELS), in_warehouse, database=dbt_file),
)


def installed(short: bool = False) -> list[Way]:
    """The ways that this machine has; for the short form, each engine of this environment once."""
    left_out = (READING, MONTH, ALL, *([] if HAS_SPARK else [SPARK])) if short else ()
    return [way for way in WAYS if way.needs() and way.name not in left_out]


def digest(made: Bench, way: Way) -> None:
    """Keep the three results of a way as files, in columns that all ways share, and in one order."""
    folder = made.result(f"compared {way.name}")
    with duckdb.connect(config={"threads": 2}) as connection:
        if way.database:
            connection.execute(f"attach {text(way.database(made))} as {Path(DATABASE).stem} (read_only)")
            connection.execute(f"use {Path(DATABASE).stem}")
        for (name, sql), relation in zip(RESULTS.items(), way.left(made), strict=True):
            connection.execute(f"copy ({sql.format(relation=relation)}) to {text(folder / name)} (format parquet)")


def compare(made: Bench, way: Way) -> None:
    """End with a sentence if a way's results are not those of plain DuckDB, each value exactly."""
    if way.left is None:
        return
    digest(made, way)
    if way.name == PLAIN:
        return
    with duckdb.connect(config={"threads": 2}) as connection:
        for name in RESULTS:
            one, other = (
                f"(from read_parquet({text(made.folder / 'results' / f'compared {side}' / name)}))"
                for side in (way.name, PLAIN)
            )
            rows, lacking, more = connection.execute(
                f"""
                select (select count(*) from {other}), (select count(*) from ({other} except all {one})),
                    (select count(*) from ({one} except all {other}))
                """
            ).fetchone()
            if lacking or more or not rows:
                sys.exit(
                    f"{way.name} and {PLAIN} differ in {name}: of {rows:,} row(s) it lacks {lacking:,}, and it has "
                    f"{more:,} other(s)"
                )


def measure(data: Path, rounds: int) -> Size:
    """All ways in rounds, so that what else the machine does falls on all alike; before that, each once to compare."""
    ways = installed()
    size = Size(count_rows(data), {way.name: [] for way in ways})
    with bench(data) as made:
        build_seeds(made, *BESIDES)
        made.database.replace(made.besides)
        build_before(made)
        for number in range(rounds + 1):
            tell(f"{size.rows:,} rows: {f'round {number} of {rounds}' if number else 'comparing the results'}")
            for way in ways:
                taken = way.run(made)
                compare(made, way)
                if number:
                    size.runs[way.name].append(taken)
                    if way.name == WAREHOUSE:
                        size.sql.append(made.sql_seconds())
                    if way.name == ALL:
                        size.asked.append(ask(made))
    return size


def ask(made: Bench) -> list[float]:
    """Milliseconds of each question of a dashboard."""
    return json.loads(
        run("by_asking.py", [sys.executable, ENGINES / "by_asking.py", made.database], made.project).output
    )


def short(data: Path) -> None:
    """Compare the results of the engines that are installed."""
    rows = count_rows(data)
    with bench(data) as made:
        ways = installed(short=True)
        for way in ways:
            # Nothing is measured, so one run of dbt does.
            build_seeds(made, "--select", "+top_products") if way.name == WAREHOUSE else way.run(made)
            compare(made, way)
    print(f"{rows:,} rows: {', '.join(way.name for way in ways)} have the same results")


def count_rows(data: Path) -> int:
    """The rows of product trade in a data folder."""
    with duckdb.connect() as connection:
        # The last file of each place.
        latest = {
            file.parent: str(file.relative_to(data)) for file in sorted(data.glob("census_hs/*/*/*/[!.]*.parquet"))
        }
        if not latest:
            sys.exit(f"{data} has no product trade: give --data a folder that has some, in census_hs, with its lists")
        connection.execute(f"set file_search_path = {text(data)}")
        return connection.execute(
            "select sum(num_rows)::bigint from parquet_file_metadata(?)", [[*latest.values()]]
        ).fetchone()[0]


def made_up(rows: int) -> Path:
    """The folder of made-up trade of so many rows, made first if it is not there."""
    data = STORE / str(rows)
    if not data.exists():
        tell(f"making up {rows:,} rows of trade in {data.relative_to(PROJECT)}")
        with tempfile.TemporaryDirectory(dir=existing(STORE)) as folder:
            copy_project(Path(folder))
            run("atp synthesize", [PROGRAMS / "atp", "synthesize", "--rows", str(rows)], Path(folder))
            (Path(folder) / SYNTHETIC).replace(data)
    return data


def existing(folder: Path) -> Path:
    """A folder, made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def tell(sentence: str) -> None:
    """Say how far it is."""
    print(sentence, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=float, nargs="+", metavar="MILLIONS", help="rows, in millions (default: 1 10)")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"how often each way is measured (default: {ROUNDS})")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="a data folder to take, instead of made-up trade")
    parser.add_argument(
        "--write", action="store_true", help="put the numbers into docs/benchmarks.md and docs/scale.md"
    )
    parser.add_argument("--short", action="store_true", help=f"only compare results, of {SHORT_ROWS:,} rows")
    chosen = parser.parse_args()
    if chosen.rounds is not None and chosen.rounds < 1:
        parser.error(f"--rounds {chosen.rounds} measures nothing: give 1 or more")
    if chosen.sizes and not all(0.1 <= size <= 200 for size in chosen.sizes):
        parser.error("--sizes are millions of rows: give numbers from 0.1 to 200, such as --sizes 1 10")
    if chosen.short and (chosen.write or chosen.rounds or chosen.sizes):
        parser.error("--short only compares: leave out --sizes, --rounds and --write")
    if chosen.data and (chosen.sizes or chosen.write):
        parser.error("--data is another folder than those of the page: leave out --sizes and --write")
    if chosen.write and len(set(chosen.sizes or SIZES)) < 2:
        parser.error("the page shows how time grows: give --write two or more --sizes")
    if lacking := [way.name for way in WAYS if not way.needs()]:
        if chosen.write:
            parser.error(f"not installed: {', '.join(lacking)}; `make benchmark WRITE=1` installs what the page shows")
        if not chosen.short:
            tell(f"not installed, and so left out: {', '.join(lacking)}; `make benchmark` installs all")
    return chosen


def main() -> None:
    """Measure, and tell."""
    chosen = arguments()
    if chosen.write:
        NUMBERS.read()
        CROSSOVER.read()
    if hasattr(os, "sched_setaffinity"):
        # Every engine has the same two cores, on a machine with more too.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    if chosen.short:
        return short((chosen.data or made_up(SHORT_ROWS)).absolute())
    sizes = (
        [chosen.data] if chosen.data else [made_up(round(1e6 * size)) for size in sorted(set(chosen.sizes or SIZES))]
    )
    measured: list[Size] = []
    for data in sizes:
        measured.append(measure(data.absolute(), chosen.rounds or ROUNDS))
        # A run takes long, and one that is stopped keeps what it has found.
        if chosen.write and len(measured) > 1:
            NUMBERS.write(page_numbers(measured))
            CROSSOVER.write(crossover(measured))
        if len(measured) < len(sizes):
            tell(report(measured))
    print(report(measured))


if __name__ == "__main__":
    main()
