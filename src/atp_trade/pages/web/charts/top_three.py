"""Figures 3 and 4: the three largest partners in each technology area, as a table whose shares are bars too."""

from __future__ import annotations

from functools import partial
from itertools import groupby

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.fluid import Element, add, percent
from atp_trade.pages.web.exhibit import Figure, Row
from atp_trade.pages.web.words import number

PLACES = ("First", "Second", "Third")
WIDEST_PCT = 62
COLUMNS = {
    "printed_place": "Place in the figure's row: 1, 2 or 3.",
    "partner": "Name of the partner, as in `marts.dim_partner`; both names where two share the place.",
    "share_pct": "Its share in the area's exports or imports, percent; that of each where two share the place.",
}


def query(figure: str) -> str:
    """One row per area and place, with areas and partners by name; the row of all technologies first."""
    return f"""\
select technology_name, row_kind, printed_place, partner, share_pct
from printed.{figure}
unpivot (
    (partner, share_pct) for printed_place in (
        (name_1, share_1_pct) as '1', (name_2, share_2_pct) as '2', (name_3, share_3_pct) as '3'
    )
)
order by row_kind = 'member', technology_name, printed_place"""


def draw(rows: list[Row], color: str, **named: str) -> list[Element]:
    """A row for each area and a column for each place. The partners that are named stand out."""
    widest = max(WIDEST_PCT, *(row["share_pct"] for row in rows))
    table = add(None, "table", class_="chart top-three")
    head = add(add(table, "thead"), "tr")
    for place in ("Area", *PLACES):
        add(head, "th", place, scope="col")
    body = add(table, "tbody")
    for area, places in groupby(rows, key=lambda row: row["technology_name"]):
        line = add(body, "tr")
        add(line, "th", area, scope="row")
        for row in places:
            stands_out = row["partner"] in named.values()
            cell = add(line, "td", f"{row['partner']} ", class_="is-named" if stands_out else "")
            add(cell, "span", f"{number(row['share_pct'])}%")
            bar = add(cell, "svg", class_="bar", aria_hidden="true")
            width = percent(float(row["share_pct"]) / float(widest))
            add(bar, "rect", width=width, height="100%", fill=color, data_value=row["share_pct"])
        if row["row_kind"] == "total":
            line.set("class", "total")
    return [table]


MARKETS = Figure(
    name="Figure 3",
    topic="largest markets",
    title=(
        "{largest_market_name} bought the most in {last_data_year}, {largest_market_share_pct}% of exports; "
        "{market_in_most_areas_name} is among the three largest markets in {market_in_most_areas} of "
        "{technologies} areas"
    ),
    subtitle="{title}, {last_year}, by technology area; share in the area's exports, percent",
    unit="percent of the area's exports",
    relation="printed.figure_3",
    made_of=("marts.top_partners_by_technology",),
    sql=query("figure_3"),
    note="Areas and partners have the names of the rest of the page; the report prints some of them otherwise.",
    columns=COLUMNS,
    draw=partial(draw, color=theme.EXPORTS),
    draws="The three largest export markets of each technology area.",
    marks=("largest_market_name", "market_in_most_areas_name"),
)
SUPPLIERS = Figure(
    name="Figure 4",
    topic="largest suppliers",
    title=(
        "{largest_supplier_name} supplied {largest_supplier_share_pct}% of technology imports in {last_data_year}; "
        "{supplier_in_most_areas_name} is among the three largest suppliers in {supplier_in_most_areas} of "
        "{technologies} areas"
    ),
    subtitle="{title}, {last_year}, by technology area; share in the area's imports, percent",
    unit="percent of the area's imports",
    relation="printed.figure_4",
    made_of=("marts.top_partners_by_technology",),
    sql=query("figure_4"),
    note=f"{MARKETS.note} Where two share a place, as the report prints it, the share is that of each.",
    columns=COLUMNS,
    draw=partial(draw, color=theme.IMPORTS),
    draws="The three largest suppliers of each technology area.",
    marks=("largest_supplier_name", "supplier_in_most_areas_name"),
)
