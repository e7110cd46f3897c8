"""The three results by Spark on two cores, in one process: python by_spark.py DATA RESULT."""

import os
import re
from pathlib import Path

from product_sql import CLASSES, PASS, SUMS, TOP
from pyspark.sql import SparkSession
from pyspark.sql.functions import broadcast
from stored import folders, list_files, trade_files, whole_years


def session(scratch: Path) -> SparkSession:
    """Spark on two cores. Two hundred parts, as it makes without being told, are too many for them."""
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    builder = SparkSession.builder.master("local[2]").config("spark.driver.memory", "4g")
    for name, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(scratch),
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        # Hundreds of small files are listed here, and not by a task each.
        "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def escaped(file: str) -> str:
    """A file's whole path for Spark, which takes some signs of a name for a pattern."""
    return re.sub(r"([\\*?{}\[\]])", r"\\\1", str(Path(file).absolute()))


def main(data: Path, result: Path) -> None:
    """Sum up from the files, and rank what was summed up."""
    spark = session(result / "scratch")
    spark.read.parquet(*map(escaped, trade_files(data))).createOrReplaceTempView("trade")
    lists = spark.read.parquet(*map(escaped, list_files(data)))
    lists.withColumn("list_year", lists.list_year.cast("int")).createOrReplaceTempView("lists")
    spark.createDataFrame(whole_years(data), "flow string, data_year int").createOrReplaceTempView("whole")
    broadcast(spark.sql(CLASSES)).createOrReplaceTempView("classes")
    spark.sql(PASS).cache().createOrReplaceTempView("sums")
    spark.sql(SUMS).write.parquet(str(result / "product_sums"))
    spark.read.parquet(str(result / "product_sums")).createOrReplaceTempView("product_sums")
    spark.sql(TOP).write.parquet(str(result / "top_products"))
    gateway = spark.sparkContext._gateway
    spark.stop()
    # Java is waited for, so that what it took is counted.
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


if __name__ == "__main__":
    main(*folders())
