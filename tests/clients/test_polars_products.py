"""Polars has the same results of product trade as the warehouse, as `make benchmark` compares them."""

from pathlib import Path

from product_store import compared


def test_polars_has_the_results_of_the_warehouse(tmp_path: Path) -> None:
    said = compared(tmp_path)
    assert "warehouse" in said
    assert "Polars" in said
