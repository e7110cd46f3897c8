"""Beyond the report: the ranks of technology areas by exports, imports and balance over the years."""

from __future__ import annotations

from atp_trade.pages.web.charts import ranks
from atp_trade.pages.web.exhibit import Figure, Numbers

FIGURE = Figure(
    name="Chart B",
    title=(
        "{largest_export_technology_name} is the largest export, {largest_import_technology_name:lower} the largest "
        "import"
    ),
    subtitle=(
        "Rank of the technology areas, {first_data_year} to {last_data_year}. \u25b2 ranks gained and \u25bc ranks "
        "lost since {first_data_year}"
    ),
    unit="rank, 1 = largest",
    relation="page.rankings",
    made_of=("marts.trade_by_technology",),
    sql=ranks.query("technology", "'exports', 'imports', 'balance'"),
    note="By balance, rank 1 is the largest surplus and the last rank the largest deficit.",
    draw=ranks.draw,
    draws="Bump chart of ranks by year: a line for each technology area.",
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
