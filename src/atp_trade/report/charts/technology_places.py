"""Beyond the report: the places of technology areas by exports, imports and balance over the years."""

from __future__ import annotations

from atp_trade.report.charts import places
from atp_trade.report.exhibit import Figure

FIGURE = Figure(
    name="Chart B",
    title=(
        "{largest_export_technology_name} is the largest export, {largest_import_technology_name:lower} the largest "
        "import"
    ),
    subtitle="Place of the technology areas, 2000 to 2006. \u25b2 places won and \u25bc places lost since 2000",
    unit="place, 1 = largest",
    relation="report.rankings",
    marts=("marts.trade_by_technology",),
    sql=places.query("technology", "'exports', 'imports', 'balance'", 11),
    note="By balance, place 1 is the largest surplus and place 11 the largest deficit.",
    draw=places.draw,
    draws="Bump chart of places by year: a line for each technology area.",
    choice="flow",
    choices={"exports": "Exports", "imports": "Imports", "balance": "Balance"},
)
