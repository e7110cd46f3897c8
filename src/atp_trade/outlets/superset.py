"""What Apache Superset imports: the connection, datasets of all public schemas but `audit`, charts, a dashboard.

All of it names relations and columns of the published file and computes nothing. Ids are made from names, so that a
second import replaces the first.
"""

from __future__ import annotations

import json
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from atp_trade import AtpError
from atp_trade.files import path_to_write, whole_file
from atp_trade.places import file_to_read
from atp_trade.warehouse import PUBLIC_SCHEMAS, SYNTHETIC_PREFIX, Relation, check_name, published, relations

BUNDLE = Path("build", "atp_trade_superset.zip")
# The verdicts and the working behind them are for reading, not for charts.
SCHEMAS = tuple(schema for schema in PUBLIC_SCHEMAS if schema != "audit")
CONNECTION = "ATP Trade Warehouse"
DASHBOARD = "U.S. trade in advanced technology products"
SLUG = "atp-trade"
# What ids look like.
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "atp-trade")
VERSION = {"version": "1.0.0"}
USD_MILLIONS = "Millions of current U.S. dollars"


@dataclass(frozen=True)
class Chart:
    """A figure: a relation of the schema `printed`, and how Superset draws it.

    A chart with an axis draws each of its `shown` columns as a series, under the label given; one without is a table
    of them under their own names. A chart that names no columns shows those of the years. Rows come in the order of
    `sorted_by`.
    """

    relation: str
    title: str
    kind: str
    shown: dict[str, str]
    sorted_by: str
    axis: str | None = None

    @property
    def id(self) -> str:
        """Superset's id of the chart."""
        return id_of(f"chart/{self.relation}")

    @property
    def metrics(self) -> list[dict[str, Any]]:
        """The series; each has one row per place on the axis, which any aggregate passes on unchanged."""
        return [aggregate("MAX", column, label) for column, label in self.shown.items()]

    @property
    def query(self) -> dict[str, Any]:
        """The query behind the chart, for whoever asks Superset for the chart's data."""
        if not self.axis:
            return {"columns": list(self.shown), "orderby": [[self.sorted_by, True]]}
        return {
            "columns": [self.axis],
            "metrics": self.metrics,
            "orderby": [[aggregate("MIN", self.sorted_by, self.sorted_by), True]],
        }

    @property
    def form(self) -> dict[str, Any]:
        """The settings of the chart's form, from which Superset's pages draw it."""
        if not self.axis:
            order = [json.dumps([self.sorted_by, True])]
            shares = {column: {"d3NumberFormat": ",.1f"} for column in self.shown if column.endswith("_pct")}
            form = {"query_mode": "raw", "all_columns": list(self.shown), "order_by_cols": order}
            return {**form, "column_config": shares, "row_limit": 1000}
        return {
            "x_axis": self.axis,
            "metrics": self.metrics,
            "groupby": [],
            "row_limit": 1000,
            "y_axis_title": USD_MILLIONS,
            "y_axis_title_margin": 75,
            "y_axis_format": ",.0f",
            "x_axis_title_margin": 30,
            "xAxisLabelInterval": 0,
            "xAxisLabelRotation": 45,
            "legendOrientation": "bottom",
            "sort_series_type": "name",
            "sort_series_ascending": True,
            "x_axis_sort_asc": True,
        }


TOP_THREE = {
    column: column
    for column in ("technology_name", "name_1", "share_1_pct", "name_2", "share_2_pct", "name_3", "share_3_pct")
}
CHARTS = (
    Chart(
        "figure_1",
        "Figure 1: U.S. merchandise trade balance by product type",
        "echarts_timeseries_line",
        {
            "report_advanced_technology_products_usd_millions": "Advanced technology products, report",
            "later_advanced_technology_products_usd_millions": "Advanced technology products, later series",
            "later_all_other_products_usd_millions": "All other products, later series",
            "later_total_merchandise_usd_millions": "Total merchandise, later series",
        },
        sorted_by="data_year",
        axis="data_year",
    ),
    Chart(
        "figure_2",
        "Figure 2: U.S. trade balance by technology area",
        "echarts_timeseries_bar",
        {},
        sorted_by="page_row",
        axis="technology_name",
    ),
    Chart("figure_3", "Figure 3: Three largest export markets", "table", TOP_THREE, sorted_by="figure_row"),
    Chart("figure_4", "Figure 4: Three largest suppliers", "table", TOP_THREE, sorted_by="figure_row"),
)


def write_bundle(bundle: Path | None = None, database: Path | None = None) -> Path:
    """Write the ZIP file that Superset imports; its path.

    `database` is the published file's path as Superset's server sees it, if that is another. AtpError if there is no
    published file, or its path cannot be part of an address.
    """
    file = file_to_read()
    seen = database or file
    if not seen.is_absolute() or "?" in str(seen):
        raise AtpError(f"Superset cannot open {seen}: give --database an absolute path without '?'")
    check_name(seen)
    with published(file) as (connection, build):
        public = relations(connection, *SCHEMAS)
    missing = {chart.relation for chart in CHARTS} - {relation.name for relation in public}
    if missing:
        raise AtpError(f"{file} has no {', '.join(sorted(missing))}: build it with `make build`")
    path = path_to_write(bundle, BUNDLE)
    if path.exists() and not is_bundle(path):
        raise AtpError(f"{path} holds something else: move it away, or name another file")
    with whole_file(path) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in assets(public, with_years(public), seen):
            if build["is_synthetic"]:
                content = marked(content)
            # JSON is YAML. A ZipInfo of its own has no time of writing: the same build gives the same file.
            entry = zipfile.ZipInfo(f"atp_trade/{name}.yaml")
            archive.writestr(entry, json.dumps(content, ensure_ascii=False, indent=1), zipfile.ZIP_DEFLATED)
    return path


def marked(content: dict[str, Any]) -> dict[str, Any]:
    """A file of the bundle for made-up trade: its titles say so, and with ids of its own it replaces no chart."""
    text = json.dumps(content)
    for title in (CONNECTION, DASHBOARD, *(chart.title for chart in CHARTS)):
        text = text.replace(f'"{title}"', f'"{SYNTHETIC_PREFIX}{title}"')
    text = text.replace(f'"slug": "{SLUG}"', f'"slug": "{SLUG}-synthetic"')
    return json.loads(re.sub(UUID, lambda found: id_of(f"synthetic/{found[0]}"), text))


def is_bundle(path: Path) -> bool:
    """Whether a file is one that we wrote for Superset."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "atp_trade/metadata.yaml" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def with_years(public: list[Relation]) -> tuple[Chart, ...]:
    """The charts, each with the columns that it shows: those of the years, whichever the relation has."""
    years = {
        relation.name: {column.name: column.name[1:] for column in relation.columns if column.name[1:].isdigit()}
        for relation in public
    }
    return tuple(chart if chart.shown else replace(chart, shown=years[chart.relation]) for chart in CHARTS)


def assets(public: list[Relation], drawn: tuple[Chart, ...], database: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The files of the bundle: name and content. Without a type in its metadata, every import of Superset takes it."""
    yield "metadata", VERSION
    yield (
        "databases/atp_trade",
        {
            "database_name": CONNECTION,
            "sqlalchemy_uri": f"duckdb:///{database}",
            "expose_in_sqllab": True,
            "allow_dml": False,
            "allow_csv_upload": False,
            # No cache: an answer takes milliseconds, and a new build is seen at once.
            "cache_timeout": -1,
            "extra": {"engine_params": {"connect_args": {"read_only": True}}},
            "uuid": id_of("database"),
            **VERSION,
        },
    )
    for relation in public:
        yield f"datasets/{relation.schema}_{relation.name}", dataset(relation)
    for chart in drawn:
        yield f"charts/{chart.relation}", chart_file(chart)
    yield (
        "dashboards/atp_trade",
        {
            "dashboard_title": DASHBOARD,
            "slug": SLUG,
            "published": True,
            "position": layout(),
            "metadata": {},
            "uuid": id_of("dashboard"),
            **VERSION,
        },
    )


def dataset(relation: Relation) -> dict[str, Any]:
    """A relation with its columns' types and descriptions."""
    return {
        "table_name": relation.name,
        "schema": relation.schema,
        "description": relation.comment,
        "columns": [
            {
                "column_name": column.name,
                "type": column.type,
                "description": column.comment,
                "groupby": True,
                "filterable": True,
                "is_dttm": False,
            }
            for column in relation.columns
        ],
        "metrics": [{"metric_name": "count", "expression": "count(*)", "metric_type": "count"}],
        "uuid": id_of(f"{relation.schema}/{relation.name}"),
        "database_uuid": id_of("database"),
        **VERSION,
    }


def chart_file(chart: Chart) -> dict[str, Any]:
    """A chart: its form, and its query, which the form would only have after someone has saved it on the page."""
    form = {"viz_type": chart.kind, **chart.form}
    query = {
        "datasource": {},
        "force": False,
        "queries": [{**chart.query, "filters": [], "row_limit": 1000}],
        "form_data": form,
        "result_format": "json",
        "result_type": "full",
    }
    return {
        "slice_name": chart.title,
        "viz_type": chart.kind,
        "params": form,
        "query_context": json.dumps(query),
        "uuid": chart.id,
        "dataset_uuid": id_of(f"printed/{chart.relation}"),
        **VERSION,
    }


def layout() -> dict[str, Any]:
    """The dashboard's rows, two charts in each."""
    rows = {f"ROW-{first}": CHARTS[first : first + 2] for first in range(0, len(CHARTS), 2)}
    above = ["ROOT_ID", "GRID_ID"]
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": list(rows), "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": DASHBOARD}},
    }
    for row, charts in rows.items():
        places = [f"CHART-{chart.relation}" for chart in charts]
        meta = {"background": "BACKGROUND_TRANSPARENT"}
        position[row] = {"type": "ROW", "id": row, "children": places, "parents": above, "meta": meta}
        for place, chart in zip(places, charts, strict=True):
            # Superset puts its own number in chartId; until then it has to tell charts apart.
            meta = {"uuid": chart.id, "chartId": CHARTS.index(chart) + 1, "sliceName": chart.title}
            position[place] = {
                "type": "CHART",
                "id": place,
                "children": [],
                "parents": [*above, row],
                "meta": {**meta, "width": 6, "height": 66},
            }
    return position


def aggregate(function: str, column: str, label: str) -> dict[str, Any]:
    """A column under a label, as Superset's forms and queries write an aggregate."""
    simple = {"expressionType": "SIMPLE", "aggregate": function, "column": {"column_name": column}}
    return {**simple, "label": label, "hasCustomLabel": True, "optionName": f"metric_{column}"}


def id_of(name: str) -> str:
    """An id that is always the same for a name."""
    return str(uuid.uuid5(NAMESPACE, name))
