"""Figure 2: the trade balance by technology area in three years."""

from __future__ import annotations

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.fluid import (
    ACROSS,
    TO_BASELINE,
    Element,
    Scale,
    add,
    carried,
    drawing,
    grid,
    percent,
    plot,
)
from atp_trade.pages.web.exhibit import Figure, Numbers, Row
from atp_trade.pages.web.words import billions

SHADES = ("var(--ramp-1)", "var(--ramp-2)", "var(--ramp-3)")
# The key and the axis above the bars. An area has its name, thin bars for earlier years and a thick one for the latest.
KEY, AXIS, HEAD = 12, 38, 48
NAME, THIN, THICK, BETWEEN = 18, 6, 14, 8
# Letters that a name beside its bars has, unless there is more room for all names.
LONGEST_NAME = 32


def draw(rows: list[Row]) -> list[Element]:
    """A bar for each area and year, the latest year strongest and with its number at the end of its bar."""
    areas = list(dict.fromkeys(row["technology_name"] for row in rows))
    years = theme.years(rows)
    color = dict(zip(years, SHADES[-len(years) :], strict=True))
    scale = Scale.of(row["balance_usd_millions"] for row in rows)
    pitch = NAME + THIN * (len(years) - 1) + THICK + BETWEEN
    long = max(map(len, areas)) > LONGEST_NAME
    whole = drawing("bars long-names" if long else "bars", HEAD + pitch * len(areas))
    key = add(whole, "text", y=KEY, fill=theme.INK)
    for year in years:
        square = add(key, "tspan", "\N{BLACK SQUARE}" if year == years[-1] else "\N{BLACK RECTANGLE}", fill=color[year])
        square.tail = f" {year}\N{NO-BREAK SPACE}\N{NO-BREAK SPACE} "
    space = plot(whole, HEAD, pitch * len(areas))
    # Every other tick has a gridline and its number, zero in any case: there is room for no more on a phone.
    ticks = [tick for tick in scale.ticks if round(tick / scale.step) % 2 == 0]
    down = {tick: f"M{ACROSS * scale.place(tick):.5g} 0V{pitch * len(areas)}" for tick in ticks}
    grid(space, "".join(down.values()), down[0])
    for tick in ticks:
        add(whole, "text", scale.in_billions(tick), x=percent(scale.place(tick)), y=AXIS, text_anchor="middle")
    names = add(whole, "g", class_="names", fill=theme.INK, font_size=13)
    for row in rows:
        area, year, balance = row["technology_name"], row["data_year"], row["balance_usd_millions"]
        order, is_latest = years.index(year), year == years[-1]
        top = HEAD + pitch * areas.index(area)
        start, end = sorted((scale.place(0), scale.place(balance)))
        add(
            whole,
            "rect",
            x=percent(start),
            y=top + NAME + THIN * order,
            width=percent(end - start),
            height=THICK if is_latest else THIN - 1,
            fill=color[year],
            **carried(
                {
                    "series": area,
                    "label": f"{area}, {year}: {billions(balance)} billion dollars",
                    "value": str(balance),
                }
            ),
        )
        if is_latest:
            middle = top + NAME + THIN * order + THICK / 2
            add(names, "text", area, y=top + NAME - 5)
            add(
                whole,
                "text",
                billions(balance),
                x=percent(scale.place(balance)),
                y=f"{middle + TO_BASELINE:g}",
                dx=5 if balance >= 0 else -5,
                fill=theme.INK,
                text_anchor="" if balance >= 0 else "end",
                data_series=area,
            )
    return [whole]


FIGURE = Figure(
    name="Figure 2",
    topic="balance by area",
    title=(
        "{largest_surplus_technology_name} earned the largest surplus in {last_data_year}, "
        "{largest_technology_surplus_usd_billions} billion dollars; {largest_deficit_technology_name:lower} ran the "
        "largest deficit, {largest_technology_deficit_usd_billions} billion"
    ),
    subtitle="{title}, {first_year} to {last_year}, billions of current dollars; the number is that of {last_year}",
    unit="millions of current U.S. dollars",
    relation="printed.figure_2",
    made_of=("staging.stg_nsf07329__cells",),
    sql="""\
select technology_name, cast(substring(year_column, 2) as int) as data_year, balance_usd_millions
from printed.figure_2
unpivot (balance_usd_millions for year_column in (columns('^y[0-9]+$')))
order by arg_max(balance_usd_millions, year_column) over (partition by technology_name) desc, data_year""",
    note=(
        "The balances are the printed ones of Table 1. The report rounds exports, imports and balance separately, so a "
        "printed balance can differ by 0.1 million from exports less imports. The order is that of {last_year}."
    ),
    columns={
        "data_year": "Calendar year.",
        "balance_usd_millions": "Balance as Table 1 prints it, millions of current U.S. dollars.",
    },
    draw=draw,
    draws="A bar chart of the balance of each technology area by year.",
    numbers=Numbers(row="technology_name", column="data_year", values=("balance_usd_millions",)),
)
