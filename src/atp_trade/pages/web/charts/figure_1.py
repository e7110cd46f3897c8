"""Figure 1: the trade balance by product type to the last year there is, and technology as both sources have it."""

from __future__ import annotations

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.charts.fluid import Element, Label, Line, Lines
from atp_trade.pages.web.exhibit import BOTH, Figure, Numbers, Row
from atp_trade.pages.web.words import billions

REPORT = "report_balance_usd_millions"
LATER = "balance_usd_millions"
OTHER = "all_other_products_balance_usd_millions"
TOTAL = "total_merchandise_balance_usd_millions"


def draw(rows: list[Row]) -> list[Element]:
    """All goods, where technology is a line near zero, and technology in the report's years on a scale of its own."""
    points = {
        column: [(row["data_year"], row[column]) for row in reversed(rows) if row[column] is not None]
        for column in (REPORT, LATER, OTHER, TOTAL)
    }
    report = points[REPORT]
    first, last = report[0][0], report[-1][0]

    def goods(name: str, color: str, column: str) -> Line:
        year, value = points[column][-1]
        when = "" if year == rows[0]["data_year"] else f" (\N{RIGHT SINGLE QUOTATION MARK}{year % 100:02})"
        return Line(name, color, points[column]).ending(f"{billions(value)}{when}")

    # The later series up to the report's last year, its name and number below the line of zero.
    later = [point for point in points[LATER] if point[0] <= last]
    then, now = dict(later)[first], later[-1][1]
    technology = [
        Line(
            "Census Bureau, later",
            theme.BALANCE,
            later,
            [
                Label("Census Bureau, later", first, then, -4, 32, "end", is_name=True),
                Label(f"{billions(then)} in {first}", first, then, -4, 46, "end"),
                Label(f"Census {billions(now)}", last, now, down=7),
            ],
        ),
        Line(
            "The report",
            theme.BALANCE,
            report,
            [
                Label("The report", *report[0], down=-7, is_name=True),
                Label(f"{billions(report[0][1])} in {first}", *report[0], down=7),
                Label(f"Report {billions(report[-1][1])}", *report[-1], down=-6),
            ],
            is_dashed=True,
        ),
    ]
    return [
        Lines(
            [
                goods("Technology", theme.BALANCE, LATER),
                goods("All other", theme.FAINT, OTHER),
                goods("All goods", theme.INK, TOTAL),
            ],
            (
                "Technology and all goods",
                f"Census Bureau; goods to {points[TOTAL][-1][0]}, technology to {points[LATER][-1][0]}",
            ),
            band=(first, last, "report"),
        ).draw(),
        Lines(
            technology,
            (f"Technology alone, to {last}", "Shaded where the two sources differ"),
            between=(0, 1),
        ).draw(),
    ]


FIGURE = Figure(
    name="Figure 1",
    topic="balance of all goods",
    title=(
        "Technology trade had a surplus in every year from {surplus_since_year} until it fell into deficit in "
        "{deficit_since_year}, and its balance in {later_last_year} is {later_last_year_balance_usd_billions} billion "
        "dollars; all other goods were in deficit throughout"
    ),
    subtitle="{title}, {first_year} to {later_last_year}, billions of current dollars",
    unit="millions of current U.S. dollars",
    relation="page.later_totals",
    made_of=("marts.merchandise_trade", "marts.trade_windows", "marts.trade_totals"),
    told_by=BOTH,
    sql=f"""\
select data_year, {REPORT}, {LATER}, {OTHER}, {TOTAL}
from page.later_totals
where data_year >= 1990
order by data_year desc""",
    note=(
        "The report's figure ends in {last_year} and prints no numbers. Two sources, never spliced: the report's own "
        "Table 1 has {first_data_year} to {last_data_year}, the Census Bureau's later data have {first_year} to "
        "{later_last_year}, and all goods to {later_last_goods_year}. The two differ most in {first_data_year}, for a "
        "reason that is not known. The report rounds exports, imports and balance separately, so its balances can "
        "differ by 0.1 million from exports less imports."
    ),
    draw=draw,
    draws="Two line charts of balances by year: technology, all other and all goods; and technology by both sources.",
    numbers=Numbers(
        row="data_year",
        values=(REPORT, LATER, OTHER, TOTAL),
        names={
            REPORT: "Technology, the report",
            LATER: "Technology, Census Bureau",
            OTHER: "All other",
            TOTAL: "All goods",
        },
    ),
)
