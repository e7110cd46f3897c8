"""The three results by pandas, which reads the listed products alone into memory: python by_pandas.py DATA RESULT."""

from pathlib import Path

import pandas as pd
from stored import folders, list_files, trade_files, whole_years

PLACE = ["data_year", "flow", "census_area_code", "country_code"]
PRODUCT = ["flow", "data_year", "product_code", "census_area_code", "country_code"]
COLUMNS = ["flow", "data_year", "data_month", "product_code", "country_code", "value_usd", "quantity", "quantity_unit"]


def largest(sums: pd.DataFrame) -> pd.DataFrame:
    """The ten largest, and what is as large as the tenth."""
    rank = sums.groupby(PLACE)["value_usd"].rank("min", ascending=False).astype("int64")
    return sums.assign(product_rank=rank)[rank <= 10]


def top(product_trade: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """The largest products of each area and partner, and of all."""
    traded = product_trade[product_trade["census_area_code"].notna() & (product_trade["value_usd"] > 0)]
    by_partner = traded.merge(years, on=["flow", "data_year"])[[*PLACE, "product_code", "value_usd"]]
    of_all_partners = by_partner.assign(country_code="all")
    of_all_partners = of_all_partners.groupby([*PLACE, "product_code"], as_index=False)["value_usd"].sum()
    sums = pd.concat([by_partner, of_all_partners], ignore_index=True)
    totals = sums.groupby(PLACE, as_index=False)["value_usd"].sum()
    of_all_areas = totals.assign(census_area_code="all").groupby(PLACE, as_index=False)["value_usd"].sum()
    totals = pd.concat([totals, of_all_areas]).rename(columns={"value_usd": "total_usd"})
    in_areas = largest(sums)
    in_all = largest(in_areas.assign(census_area_code="all"))
    shares = pd.concat([in_areas, in_all]).merge(totals, on=PLACE)
    return shares.assign(share_pct=100 * shares["value_usd"].astype("float64") / shares["total_usd"])


def main(data: Path, result: Path) -> None:
    """Sum up what is on a list, and rank what was summed up."""
    lists = pd.read_parquet(list_files(data), columns=["flow", "list_year", "product_code", "census_area_code"])
    lists = lists.rename(columns={"list_year": "data_year"}).astype({"data_year": "int32"})
    products = lists[["flow", "product_code"]].drop_duplicates()
    classes = lists[["flow", "data_year"]].drop_duplicates().merge(products, on="flow")
    classes = classes.merge(lists, on=["flow", "data_year", "product_code"], how="left")
    on_a_list = [("product_code", "in", products["product_code"].unique().tolist())]
    trade = pd.read_parquet(trade_files(data), columns=COLUMNS, filters=on_a_list, dtype_backend="numpy_nullable")
    trade = trade.merge(classes, on=["flow", "data_year", "product_code"])
    grouped = trade.groupby(PRODUCT, dropna=False)
    sums = grouped.agg(
        value_usd=("value_usd", "sum"),
        quantity=("quantity", "sum"),
        quantities=("quantity", "count"),
        values=("value_usd", "size"),
        quantity_unit=("quantity_unit", "min"),
        last_unit=("quantity_unit", "max"),
    ).reset_index()
    counts = (sums["quantities"] == sums["values"]) & (sums["quantity_unit"] == sums["last_unit"]).fillna(False)
    sums[["quantity", "quantity_unit"]] = sums[["quantity", "quantity_unit"]].where(counts)
    listed = trade[trade["census_area_code"].notna()]
    place = ["flow", "data_year", "data_month", "census_area_code", "country_code"]
    monthly = listed.groupby(place, as_index=False)["value_usd"].sum()
    years = pd.DataFrame(whole_years(data), columns=["flow", "data_year"])
    sums.to_parquet(result / "product_trade.parquet")
    monthly.to_parquet(result / "monthly.parquet")
    top(sums, years).to_parquet(result / "top_products.parquet")


if __name__ == "__main__":
    main(*folders())
