"""Beyond the report: the ranks of technology areas by exports, imports and balance over the years."""

from __future__ import annotations

from atp_trade.pages.web.charts import ranks
from atp_trade.pages.web.exhibit import Numbers, Row, Templated

LARGEST = {
    "exports": "{largest_export_technology_name} is the largest export in {last_data_year}",
    "imports": "{largest_import_technology_name} is the largest import in {last_data_year}",
    "balance": (
        "{largest_surplus_technology_name} has the largest surplus in {last_data_year}, "
        "{largest_deficit_technology_name:lower} the largest deficit"
    ),
}


def title(flow: str, rows: list[Row]) -> str:
    """The largest area, and the areas that rose or fell most: those that stand out."""
    said = [LARGEST[flow]]
    for direction in ("rose", "fell"):
        names = sorted({row["member_name"] for row in rows if ranks.kind(row) == direction})
        # The title is a template, and a name is none.
        names = [name.replace("{", "{{").replace("}", "}}") for name in names]
        if names:
            verb = "gained" if direction == "rose" else "lost"
            said.append(f"{' and '.join(names)} {verb} most ranks".lower())
    return "; ".join(filter(None, (said[0], ", ".join(said[1:]))))


FIGURE = Templated(
    name="Chart B",
    topic="ranks of areas",
    title=(
        "{largest_export_technology_name} is the largest export, {largest_import_technology_name:lower} the largest "
        "import"
    ),
    titles=title,
    subtitle=(
        "Rank of the technology areas, {first_data_year} to {last_data_year}. \u25b2 ranks gained and \u25bc ranks "
        "lost since {first_data_year}; in colour, those that gained or lost most"
    ),
    unit="rank, 1 = largest",
    relation="page.rankings",
    made_of=("marts.trade_by_technology",),
    sql=ranks.query("technology", "'exports', 'imports', 'balance'"),
    note=(
        "By balance, rank 1 is the largest surplus and the last rank the largest deficit. A single rank gained or lost "
        "is not in colour. The rise of computer software in 2002 looks like a change of what was counted."
    ),
    draw=ranks.draw,
    draws="A line for each technology area, from its rank in the first year to that in the last.",
    template="ranks.html",
    picture="ranks.svg",
    choice="flow",
    choices={"exports": "Exports", "imports": "Imports", "balance": "Balance"},
    numbers=Numbers(
        group="flow",
        row="member_name",
        column="data_year",
        values=("member_rank",),
        names={"member_name": "Technology area"},
        note="The dollars are in Table 1.",
    ),
)
