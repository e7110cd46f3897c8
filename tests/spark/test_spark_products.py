"""Spark has the same results of product trade as the warehouse, as `make benchmark` compares them."""

import subprocess
import sys
from pathlib import Path

from conftest import PROJECT
from product_store import write_products


def test_spark_has_the_results_of_the_warehouse(tmp_path: Path) -> None:
    store = tmp_path / "it's [ä] store"
    write_products(store)
    outcome = subprocess.run(
        [sys.executable, PROJECT / "benchmarks" / "products.py", "--short", "--data", store],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "warehouse" in outcome.stdout
    assert "Spark" in outcome.stdout
