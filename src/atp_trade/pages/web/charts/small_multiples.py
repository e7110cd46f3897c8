"""Beyond the report: exports, imports and balance of each partner and each group of partners, a small drawing each."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.fluid import Scale
from atp_trade.pages.web.exhibit import Row, Templated

FLOWS = ("balance", "exports", "imports")
# Of a small drawing, which is stretched to the space that it has: across, each year has ten.
YEAR, HEIGHT = 10, 400


def draw(rows: list[Row]) -> dict[str, list[dict[str, Any]]]:
    """A drawing of each partner and each group."""
    cells = {}
    for breakdown, some in groupby(rows, key=lambda row: row["breakdown"]):
        members = [list(own) for _, own in groupby(some, key=lambda row: row["member_id"])]
        common = scale([row for own in members for row in own])
        cells[breakdown] = [cell(own, common) for own in members]
    return cells


def scale(rows: list[Row]) -> Scale:
    """The scale that has all flows of the rows."""
    return Scale.of(row[f"{flow}_usd_millions"] for row in rows for flow in FLOWS)


def cell(rows: list[Row], common: Scale) -> dict[str, Any]:
    """One member, on a scale of its own, and how to get from it to the common scale."""
    own = scale(rows)

    def down(value: Any) -> int:
        return round(HEIGHT * (1 - own.place(value)))

    lines = []
    for flow in FLOWS:
        points = [(row["data_year"], row[f"{flow}_usd_millions"]) for row in rows]
        places = [(YEAR * at + YEAR // 2, down(value)) for at, (_, value) in enumerate(points)]
        if flow == "balance":
            # Bars from zero. `T` leads to the end of a bar as a vertex of its own.
            d = "".join(f"M{x},{down(0)}T{x},{y}" for x, y in places)
        else:
            d = "M" + "L".join(f"{x},{y}" for x, y in places)
        carries = theme.carried_by_line(flow.capitalize(), points, theme.BILLION_DOLLARS)
        lines.append({"flow": flow, "d": d, "carries": carries})
    return {
        **rows[-1],
        "across": YEAR * len(rows),
        "height": HEIGHT,
        "zero": down(0),
        "lines": lines,
        "ticks": [(written(tick / 1000), down(tick)) for tick in own.ticks],
        "stretched": (own.high - own.low) / (common.high - common.low),
        "moved": HEIGHT * (1 - common.place(own.high)),
    }


def written(billions: float) -> str:
    """A number beside a gridline, with the decimals that it has."""
    return f"{billions:.6g}".replace("-", "\N{MINUS SIGN}")


FIGURE = Templated(
    name="Chart E",
    topic="every partner",
    title=(
        "The United States sold more technology to {partners_in_surplus} of {partners} partners than it bought from "
        "them in {last_data_year}; the deficit with {largest_deficit_partner_name} alone, "
        "{largest_partner_deficit_usd_billions} billion dollars, exceeds that of all technology trade"
    ),
    subtitle=(
        "Exports, imports and balance of each partner and each group of partners, {first_data_year} to "
        "{last_data_year}; the numbers are those of {last_data_year}, billions of current dollars"
    ),
    unit="millions of current U.S. dollars",
    relation="page.partners_and_regions",
    made_of=("marts.trade_by_partner", "marts.trade_by_region", "marts.dim_partner", "marts.dim_region"),
    sql="""\
select
    breakdown, member_id, member_name, region_name, data_year, trade_rank,
    exports_usd_millions, imports_usd_millions, balance_usd_millions
from page.partners_and_regions
order by
    breakdown,
    first_value(trade_rank) over (partition by breakdown, member_id order by data_year desc) nulls last,
    member_name,
    data_year""",
    note=(
        "The line across each drawing is zero. The common scale is one for all partners, and another for all groups. "
        "The rest of the world is all other countries together, and has no rank. The numbers of every year are in "
        "Tables 2 to 4 on this page, and in the CSV."
    ),
    draw=draw,
    draws="Exports and imports as lines and the balance as bars, by year.",
    template="multiples.html",
)
