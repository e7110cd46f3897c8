"""Ranks over the years: each member a line, names and ranks at its ends, those that the chart is about in colour."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from atp_trade.pages.web.charts import theme
from atp_trade.pages.web.exhibit import Row
from atp_trade.pages.web.words import billions

# Pixels: of the years above the first rank, and from rank to rank.
HEAD, ROW = 26, 34
# Years, on both sides.
MARGIN = 0.3
NOT_DRAWN = "not drawn"


def query(breakdown: str, flows: str, best_rank: int | None = None) -> str:
    """One row per flow, member and year: all members, or those that ever had the rank or a better one."""
    ever = f" and best_rank <= {best_rank}" if best_rank else ""
    return f"""\
select flow, member_name, data_year, member_rank, value_usd_millions, ranks_lost, stands_out
from page.rankings
where breakdown = '{breakdown}' and flow in ({flows}){ever}
order by flow, arg_max(member_rank, data_year) over (partition by flow, member_name), member_name, data_year"""


def draw(rows: list[Row], *, has_discs: bool = False) -> dict[str, Any]:
    """What templates/ranks.html and ranks.svg draw: places across go from 0 to 1, places down are pixels."""
    years = theme.years(rows)
    lowest = max(row["member_rank"] for row in rows)
    members = defaultdict(list)
    for row in rows:
        members[row["member_name"]].append(row)
    return {
        "years": [(year, across(year, years)) for year in years],
        "height": HEAD + ROW * lowest,
        "row": ROW,
        "head": HEAD,
        # Those that stand out are drawn last, above the others.
        "lines": [line(own, years) for own in sorted(members.values(), key=lambda own: own[0]["stands_out"])],
        "has_discs": has_discs,
        "first": ends([row for row in rows if row["data_year"] == years[0]], lowest),
        "last": ends([row for row in rows if row["data_year"] == years[-1]], lowest, are_moved=True),
    }


def line(rows: list[Row], years: list[int]) -> dict[str, Any]:
    """A member's line."""
    says = [
        f"{row['member_name']}, {row['data_year']}: rank {row['member_rank']} by {row['flow']}, "
        f"{billions(row['value_usd_millions'])} billion dollars"
        for row in rows
    ]
    points = [(row["data_year"], row["member_rank"]) for row in rows]
    return {
        "class": kind(rows[0]),
        "carries": theme.carried_by_line(rows[0]["member_name"], points, "rank", says),
        "points": [(across(year, years), HEAD + ROW // 2 + ROW * (rank - 1), rank) for year, rank in points],
    }


def across(year: int, years: list[int]) -> float:
    """Where a year is, from 0 to 1."""
    return (year - years[0] + MARGIN) / (years[-1] - years[0] + 2 * MARGIN)


def kind(row: Row) -> str:
    """How a member's line looks: nothing if it does not stand out."""
    return direction(row) if row["stands_out"] else ""


def direction(row: Row) -> str:
    """Which way a member went since the first year."""
    return "rose" if row["ranks_lost"] < 0 else "fell" if row["ranks_lost"] > 0 else "stayed"


def move(row: Row) -> str:
    """The same as readers see it, beside the name."""
    sign = {"rose": "\u25b2", "fell": "\u25bc"}.get(direction(row))
    return f"\u00a0{sign}{abs(row['ranks_lost'])}" if sign else ""


def ends(rows: list[Row], lowest: int, *, are_moved: bool = False) -> list[dict[str, Any]]:
    """What stands at the ends of lines from the first rank down: one member, several that share a rank, or none."""
    found = []
    taken = 0
    for rank in range(1, lowest + 1):
        here = [row for row in rows if row["member_rank"] == rank]
        taken = max(taken, rank - 1) + len(here)
        # After a shared rank the next one is nobody's.
        is_left_out = taken < rank
        names = [f"{row['member_name']}{move(row)}" if are_moved else row["member_name"] for row in here]
        found.append(
            {
                "rank": rank,
                "class": "none" if is_left_out else " ".join(sorted({kind(row) for row in here} - {""})),
                "series": here[0]["member_name"] if len(here) == 1 else "",
                "text": NOT_DRAWN if is_left_out else ", ".join(names),
            }
        )
    return found
