"""The engines of `make benchmark` have the same results, it notices if not, and its page shows what it measures."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from conftest import PROJECT
from product_store import ROWS, write_products

SCRIPT = PROJECT / "benchmarks" / "products.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    specification = importlib.util.spec_from_file_location("product_benchmark", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    with pytest.MonkeyPatch.context() as patch:
        # As if it was run: it finds the modules beside it.
        patch.syspath_prepend(SCRIPT.parent)
        # A dataclass looks for its module.
        patch.setitem(sys.modules, "product_benchmark", module)
        specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("it's [ä] store")
    write_products(folder)
    return folder


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)


def test_the_engines_that_are_installed_have_the_same_results(store: Path) -> None:
    outcome = run("--short", "--data", store)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    rows, names = re.fullmatch(r"([\d,]+) rows: (.*) have the same results\n", outcome.stdout).groups()
    assert int(rows.replace(",", "")) == ROWS
    assert names.split(", ")[:2] == ["plain DuckDB", "warehouse"]
    assert "pandas" in names


@pytest.fixture(scope="module")
def compared(benchmark: ModuleType, store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    """What plain DuckDB and pandas made of the store, and pandas' way."""
    made = benchmark.Bench(tmp_path_factory.mktemp("results"), store)
    plain, other = (next(way for way in benchmark.WAYS if way.name == name) for name in ("plain DuckDB", "pandas"))
    for way in (plain, other):
        way.run(made)
        benchmark.compare(made, way)
    return made, other


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("product_trade", "* replace (value_usd + (value_usd = 9)::int as value_usd)"),
        ("product_trade", "* replace (coalesce(quantity, 0) as quantity)"),
        ("monthly", "* replace (if(data_month = 7, 8, data_month) as data_month)"),
        ("top_products", "* replace (share_pct * (1 + 1e-15) as share_pct)"),
    ],
)
def test_the_benchmark_sees_another_value(benchmark: ModuleType, compared: tuple, name: str, change: str) -> None:
    made, other = compared
    file = made.folder / "results" / "by_pandas.py" / f"{name}.parquet"
    right = file.read_bytes()
    with duckdb.connect() as connection:
        connection.execute(f"create table kept as select {change} from read_parquet($file)", {"file": str(file)})
        connection.execute(f"copy kept to {benchmark.text(file)}")
    with pytest.raises(SystemExit, match=rf"^pandas and plain DuckDB differ in {name}: of [\d,]+ row\(s\) it lacks "):
        benchmark.compare(made, other)
    file.write_bytes(right)


def test_sums_are_those_of_the_newest_whole_data(benchmark: ModuleType, compared: tuple, store: Path) -> None:
    """Apart from all engines: a short query of the total, and the years that are ranked."""
    made, _ = compared
    with duckdb.connect(str(benchmark.plain_file(made)), read_only=True) as connection:
        connection.execute(f"set file_search_path = {benchmark.text(store)}")
        expected = connection.execute(
            """
            select sum(value_usd) from read_parquet('census_hs/*/*/*/20250215*.parquet') as trade
            semi join read_parquet('census_lists/*/*/*.parquet') as lists
                on
                    trade.flow = lists.flow
                    and trade.product_code = lists.product_code
                    and trade.data_year = lists.list_year::int
            """
        ).fetchone()
        found = "select sum(value_usd)::hugeint from product_sums where census_area_code is not null and data_month is "
        assert connection.execute(found + "null").fetchone() == expected
        assert connection.execute(found + "not null").fetchone() == expected
        years = connection.execute("select distinct data_year from top_products order by 1").fetchall()
        assert years == [(2010,), (2011,)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--rounds", "0"], "--rounds 0 measures nothing: give 1 or more"),
        (["--sizes", "0"], "--sizes are millions of rows: give numbers from 0.1 to 200, such as --sizes 1 10"),
        (["--short", "--sizes", "1"], "--short only compares: leave out --sizes, --rounds and --write"),
        (["--data", "x", "--write"], "--data is another folder than those of the page: leave out --sizes and --write"),
        (["--write", "--sizes", "1"], "the page shows how time grows: give --write two or more --sizes"),
    ],
)
def test_a_bad_argument_of_the_product_benchmark_gets_a_sentence(arguments: list[str], sentence: str) -> None:
    outcome = run(*arguments)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (2, "", f"products.py: {sentence}\n")


def test_a_folder_without_trade_gets_a_sentence(tmp_path: Path) -> None:
    outcome = run("--short", "--data", tmp_path)
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert (
        outcome.stderr
        == f"{tmp_path} has no product trade: give --data a folder that has some, in census_hs, with its lists\n"
    )


def made_up(benchmark: ModuleType) -> list:
    """Two sizes, in which each way takes a start and a time for each million rows, the same in both rounds."""
    seconds = sys.modules["measuring"].Seconds
    starts = {way.name: (2 + place, 1 + place) for place, way in enumerate(benchmark.WAYS)}
    sizes = []
    for rows in (1_000_000, 10_000_000):
        runs = {
            name: [benchmark.Run(seconds(2 * (start + each * rows / 1e6), start + each * rows / 1e6), 100, "")] * 2
            for name, (start, each) in starts.items()
        }
        sizes.append(benchmark.Size(rows, runs, [1.5, 1.5], [[float(n) for n in range(1, 101)]] * 2))
    return sizes


def test_goals_are_judged_by_the_most_rows(benchmark: ModuleType) -> None:
    report = benchmark.report(made_up(benchmark))
    assert all(len(line) <= 90 for line in report.splitlines())
    goals = dict(re.findall(r"^(\S.*?) {2,}([\d.]+ ?(?:%|ms)?)  (?:yes|no)$", report, flags=re.MULTILINE))
    # Plain DuckDB takes 2 + 1 n, the warehouse 3 + 2 n, reading 4 + 3 n.
    assert goals["warehouse: at most 1.15 times plain DuckDB"] == "1.92"
    assert goals["warehouse: at most 3 times reading"] == "0.68"
    assert goals["a row: at most 1.3 times what it takes at 1 million rows"] == "0.46"
    assert goals["a dashboard's question: median under 10 ms"] == "50.0 ms"
    assert goals["a dashboard's question: 99th percentile under 50 ms"] == "99.0 ms"


def test_spark_is_ahead_where_its_line_crosses(benchmark: ModuleType) -> None:
    """DuckDB takes 2 s and 1 s for each million, Spark 7 s and 6 s; ten machines 7 s and 0.6 s."""
    told = benchmark.crossover(made_up(benchmark))
    assert "On this machine, Spark is ahead at no number of rows." in told
    assert "6.000 / 10 = 0.6000 s" in told
    assert "(7.00 - 2.00) / (1.000 - 0.6000) = 12 million rows" in told


@pytest.mark.parametrize(("numbers", "made"), [("NUMBERS", "page_numbers"), ("CROSSOVER", "crossover")])
def test_the_pages_have_room_for_the_numbers(benchmark: ModuleType, numbers: str, made: str) -> None:
    place = getattr(benchmark, numbers)
    page = place.page.read_text(encoding="utf-8")
    text = getattr(benchmark, made)(made_up(benchmark))
    assert text in place.put(page, text)
    with pytest.raises(SystemExit, match="restore it"):
        place.put(page.replace(place.begin, ""), "")
