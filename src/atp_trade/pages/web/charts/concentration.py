"""Beyond the report: how concentrated trade is over partners and over technology areas."""

from __future__ import annotations

from collections.abc import Iterable

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.fluid import Element, Line, Lines
from atp_trade.pages.web.exhibit import Figure, Numbers, Row
from atp_trade.pages.web.words import number

# What it is over, with its heading and what is counted.
PANELS = (("partner", "partners", "partners"), ("technology", "technology areas", "areas"))
FLOWS = {"imports": ("Imports", theme.IMPORTS), "exports": ("Exports", theme.EXPORTS)}
BOUNDS = {"highest": "at most", "lowest": "at least"}


def draw(rows: list[Row]) -> list[Element]:
    """A drawing for each breakdown, from zero: the lower bounds as lines and, over partners, the upper ones dashed."""
    year = rows[-1]["data_year"]
    return [
        Lines(
            [
                line
                for flow in FLOWS
                for line in bounds(flow, members, [row for row in rows if row["breakdown"] == breakdown])
            ],
            (f"Over {over}", f"At the right: number of equal {members}, {year}"),
            height=220,
            unit="",
            written=lambda _, tick: number(tick, 0),
        ).draw()
        for breakdown, over, members in PANELS
    ]


def bounds(flow: str, members: str, rows: list[Row]) -> Iterable[Line]:
    """The lines of a flow, the dashed one first."""
    name, color = FLOWS[flow]
    found = {bound: [row for row in rows if row["series"] == f"{flow} {bound}"] for bound in BOUNDS}
    have_two = all(found.values())
    # Where the bounds are the same to the digit that is shown, one number.
    ends = dict.fromkeys(number(some[-1]["equal_members"]) for some in found.values() if some)
    for bound, some in found.items():
        called = f"{name}, {BOUNDS[bound]}" if have_two else name
        says = [
            f"{called}, {row['data_year']}: index {number(row['concentration_hhi'], 0)}, like "
            f"{number(row['equal_members'])} equal {members}"
            for row in some
        ]
        line = Line(
            name, color, [(row["data_year"], row["concentration_hhi"]) for row in some], (), bound == "highest", says
        )
        if some:
            yield line.ending(" to ".join(ends)) if bound == "lowest" else line


FIGURE = Figure(
    name="Chart D",
    topic="concentration",
    title=(
        "From {first_data_year} to {last_data_year}, the concentration of imports on few partners "
        "{import_partner_concentration}, and that of exports {export_partner_concentration}"
    ),
    subtitle=(
        "Herfindahl-Hirschman index, {first_data_year} to {last_data_year}: the sum of the squared percentage shares, "
        "10,000 if one partner or area has all"
    ),
    unit="Herfindahl-Hirschman index, at most 10,000",
    relation="page.concentration",
    made_of=("marts.trade_concentration",),
    sql="""\
select breakdown, concat(flow, ' ', bound) as series, data_year, concentration_hhi, equal_members
from page.concentration
unpivot (
    (concentration_hhi, equal_members) for bound in (
        (lowest_hhi, most_equal_members) as 'lowest', (highest_hhi, fewest_equal_members) as 'highest'
    )
)
where breakdown = 'partner' or bound = 'lowest'
order by breakdown, series, data_year""",
    note=(
        "10,000 divided by the index is the number of equal partners, or areas, that would give it. Over partners the "
        "index has bounds, since all other countries are one row, not one "
        "partner: at least as if they were many (the line), at most as if they were one (dashed). A rise or fall is "
        "shown only where the bounds of two years do not overlap. Imports: {first_year_import_partner_lowest_hhi} to "
        "{first_year_import_partner_highest_hhi} in {first_data_year}, {last_year_import_partner_lowest_hhi} to "
        "{last_year_import_partner_highest_hhi} in {last_data_year}. Exports: {first_year_export_partner_lowest_hhi} "
        "to {first_year_export_partner_highest_hhi}, and {last_year_export_partner_lowest_hhi} to "
        "{last_year_export_partner_highest_hhi}."
    ),
    columns={
        "series": "`exports` or `imports`, and which bound of the index.",
        "concentration_hhi": "Herfindahl-Hirschman index, at most 10,000.",
        "equal_members": "10,000 divided by the index: the number of equal partners, or areas, that would give it.",
    },
    draw=draw,
    draws="Two line charts of the index for exports and imports by year: over partners, with bounds, and over areas.",
    numbers=Numbers(
        group="breakdown",
        row="series",
        column="data_year",
        values=("concentration_hhi", "equal_members"),
        names={
            **{breakdown: f"Over {over}" for breakdown, over, _ in PANELS},
            **{f"{flow} {bound}": f"{name}, {at}" for flow, (name, _) in FLOWS.items() for bound, at in BOUNDS.items()},
        },
        note="Below the index is the number of equal partners, or areas, that would give it.",
    ),
)
