"""Beyond the report: what was sold to and bought from the largest partners, in the year that the reader chooses."""

from __future__ import annotations

from typing import Any

from atp_trade.pages.web.charts.fluid import Scale
from atp_trade.pages.web.exhibit import Numbers, Row, Templated
from atp_trade.pages.web.words import billions

HOW_MANY = 12
COLUMNS = {
    "member_name": "Name of the partner, as in `marts.dim_partner`.",
    "widest_usd_millions": "The largest of all exports and imports here, millions of current U.S. dollars.",
}
# Pixels: of the axis above the first partner, from partner to partner, and of a bar.
HEAD, ROW, BAR = 26, 32, 10


def draw(rows: list[Row]) -> dict[str, Any]:
    """What templates/pairs.html and pairs.svg draw, on one scale for all years: places down are pixels."""
    scale = Scale.of([rows[0]["widest_usd_millions"]])
    height = HEAD + ROW * len(rows)
    return {
        "height": height,
        "across": scale.high,
        "ticks": [(tick, scale.in_billions(tick)) for tick in scale.ticks],
        "head": HEAD,
        "row": ROW,
        "bar": BAR,
        "rows": rows,
        "bars": [
            bar(row, flow, HEAD + ROW * at + ROW // 2 + down)
            for at, row in enumerate(rows)
            for flow, down in (("exports", -BAR - 1), ("imports", 1))
        ],
    }


def bar(row: Row, flow: str, top: int) -> dict[str, Any]:
    """Exports or imports of a partner."""
    value = row[f"{flow}_usd_millions"]
    return {
        "flow": flow,
        "top": top,
        "value": value,
        "label": (
            f"{row['member_name']}, {row['data_year']}: exports {billions(row['exports_usd_millions'])}, imports "
            f"{billions(row['imports_usd_millions'])}, balance {billions(row['balance_usd_millions'])} billion dollars"
        ),
    }


def title(year: str, rows: list[Row]) -> str:
    """The largest partner of a year, and the next one."""
    first, second = rows[:2]
    trade = billions(first["exports_usd_millions"] + first["imports_usd_millions"])
    said = (
        f"{first['member_name']} is the largest partner in technology trade in {year}, with {trade} billion dollars "
        f"both ways, ahead of {second['member_name']}"
    )
    # The title is a template, and a name is none.
    return said.replace("{", "{{").replace("}", "}}")


FIGURE = Templated(
    name="Chart C",
    topic="largest partners",
    title=(
        "{largest_partner_name} became the largest partner in technology trade, with "
        "{largest_partner_trade_usd_billions} billion dollars both ways in {last_data_year}; in {first_data_year} it "
        "was {first_year_largest_partner_name}"
    ),
    titles=title,
    subtitle=(
        f"Exports to and imports from the {HOW_MANY} largest partners by both together, billions of current dollars"
    ),
    unit="millions of current U.S. dollars",
    relation="page.partners_and_regions",
    made_of=("marts.trade_by_partner", "marts.dim_partner"),
    sql=f"""\
select
    data_year, trade_rank, member_name, exports_usd_millions, imports_usd_millions, balance_usd_millions,
    max(greatest(exports_usd_millions, imports_usd_millions)) over () as widest_usd_millions
from page.partners_and_regions
where breakdown = 'partner' and trade_rank <= {HOW_MANY}
order by data_year, trade_rank, member_name""",
    note=(f"The {HOW_MANY} are those of the year that is shown, so some partners are missing in other years."),
    columns=COLUMNS,
    draw=draw,
    draws="For each of the largest partners, a bar of exports above a bar of imports.",
    template="pairs.html",
    picture="pairs.svg",
    key={"exports": "Exports, upper bar", "imports": "Imports, lower bar"},
    choice="data_year",
    is_last_shown_first=True,
    numbers=Numbers(
        row="member_name",
        column="data_year",
        values=("trade_rank",),
        names={"member_name": "Partner"},
        unit="rank by exports and imports together, 1 = largest",
        note=f"Below rank {HOW_MANY}: \N{EN DASH}. The dollars are in Tables 2 to 4.",
    ),
)
