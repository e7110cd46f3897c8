"""The three results by Polars, which streams through the files: python by_polars.py DATA RESULT."""

from pathlib import Path

import polars as pl
from stored import folders, list_files, trade_files, whole_years

PLACE = ["data_year", "flow", "census_area_code", "country_code"]
COUNTS = (pl.col("quantity").count() == pl.len()) & (pl.col("quantity_unit").min() == pl.col("quantity_unit").max())


def largest(sums: pl.LazyFrame, within: list[str]) -> pl.LazyFrame:
    """The ten largest, and what is as large as the tenth."""
    ranked = sums.with_columns(
        product_rank=pl.col("value_usd").rank("min", descending=True).over(within).cast(pl.Int64)
    )
    return ranked.filter(pl.col("product_rank") <= 10)


def top(product_trade: pl.LazyFrame, years: pl.LazyFrame) -> pl.LazyFrame:
    """The largest products of each area and partner, and of all."""
    by_partner = (
        product_trade.join(years, on=["flow", "data_year"])
        .filter(pl.col("census_area_code").is_not_null() & (pl.col("value_usd") > 0))
        .select(*PLACE, "product_code", "value_usd")
    )
    of_all_partners = by_partner.with_columns(country_code=pl.lit("all"))
    of_all_partners = of_all_partners.group_by(*PLACE, "product_code").agg(pl.col("value_usd").sum())
    sums = pl.concat([by_partner, of_all_partners])
    totals = sums.group_by(PLACE).agg(total_usd=pl.col("value_usd").sum())
    of_all_areas = totals.with_columns(census_area_code=pl.lit("all")).group_by(PLACE).agg(pl.col("total_usd").sum())
    in_areas = largest(sums, PLACE)
    in_all = in_areas.drop("product_rank").with_columns(census_area_code=pl.lit("all"))
    shares = pl.concat([in_areas, largest(in_all, PLACE)]).join(pl.concat([totals, of_all_areas]), on=PLACE)
    return shares.with_columns(share_pct=100 * pl.col("value_usd").cast(pl.Float64) / pl.col("total_usd"))


def main(data: Path, result: Path) -> None:
    """Sum up from the files in one pass, and rank what was summed up."""
    lists = pl.scan_parquet(list_files(data)).select(
        "flow", "product_code", "census_area_code", data_year=pl.col("list_year").cast(pl.Int32)
    )
    classes = (
        lists.select("flow", "data_year")
        .unique()
        .join(lists.select("flow", "product_code").unique(), on="flow")
        .join(lists, on=["flow", "data_year", "product_code"], how="left")
        .collect()
        .lazy()
    )
    trade = pl.scan_parquet(trade_files(data)).join(classes, on=["flow", "data_year", "product_code"])
    product_trade = trade.group_by("flow", "data_year", "product_code", "census_area_code", "country_code").agg(
        pl.col("value_usd").sum(),
        quantity=pl.when(COUNTS).then(pl.col("quantity").sum()),
        quantity_unit=pl.when(COUNTS).then(pl.col("quantity_unit").min()),
    )
    listed = trade.filter(pl.col("census_area_code").is_not_null())
    monthly = listed.group_by("flow", "data_year", "data_month", "census_area_code", "country_code").agg(
        pl.col("value_usd").sum()
    )
    summed, by_month = pl.collect_all([product_trade, monthly], engine="streaming")
    years = pl.LazyFrame(whole_years(data), schema={"flow": pl.String, "data_year": pl.Int32}, orient="row")
    summed.write_parquet(result / "product_trade.parquet")
    by_month.write_parquet(result / "monthly.parquet")
    top(summed.lazy(), years).collect(engine="streaming").write_parquet(result / "top_products.parquet")


if __name__ == "__main__":
    main(*folders())
