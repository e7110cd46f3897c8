"""Beyond the report: the places of partners as export markets and suppliers over the years."""

from __future__ import annotations

from atp_trade.report.charts import places
from atp_trade.report.exhibit import Figure

FIGURE = Figure(
    name="Chart A",
    title=(
        "{largest_partner_name} went from place {largest_partner_first_year_export_rank} to "
        "{largest_partner_last_year_export_rank} among export markets, and from "
        "{largest_partner_first_year_import_rank} to {largest_partner_last_year_import_rank} among suppliers"
    ),
    subtitle=(
        "Place of partners by technology trade, 2000 to 2006: all that were ever among the first ten. "
        "\u25b2 places won and \u25bc places lost since 2000"
    ),
    unit="place, 1 = largest",
    relation="report.rankings",
    marts=("marts.trade_by_partner",),
    sql=places.query("partner", "'exports', 'imports'", 10),
    draw=places.draw,
    draws="Bump chart of places by year: a line for each partner.",
    choice="flow",
    choices={"exports": "Export markets", "imports": "Suppliers"},
)
