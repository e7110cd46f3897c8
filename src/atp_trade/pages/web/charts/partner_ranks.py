"""Beyond the report: the ranks of partners as export markets and suppliers over the years."""

from __future__ import annotations

from functools import partial

from atp_trade.pages.web.charts import ranks
from atp_trade.pages.web.exhibit import Numbers, Templated

MOVED = {
    "exports": (
        "from rank {largest_partner_first_year_export_rank} to {largest_partner_last_year_export_rank} among export "
        "markets"
    ),
    "imports": (
        "from rank {largest_partner_first_year_import_rank} to {largest_partner_last_year_import_rank} among suppliers"
    ),
}
WENT = "{largest_partner_name} went "

FIGURE = Templated(
    name="Chart A",
    topic="ranks of partners",
    title=f"{WENT}{MOVED['exports']}, and {MOVED['imports']}",
    titles=lambda flow, _: WENT + MOVED[flow],
    subtitle=(
        "Rank of partners by technology trade, {first_data_year} to {last_data_year}: all that were ever among the "
        "first ten. \u25b2 ranks gained and \u25bc ranks lost since {first_data_year}"
    ),
    unit="rank, 1 = largest",
    relation="page.rankings",
    made_of=("marts.trade_by_partner",),
    sql=ranks.query("partner", "'exports', 'imports'", 10),
    note=("A place without a line belongs to a partner that was never among the first ten, and is not drawn."),
    draw=partial(ranks.draw, has_discs=True),
    draws="A line for each partner, from its rank in the first year to that in the last.",
    template="ranks.html",
    picture="ranks.svg",
    choice="flow",
    choices={"exports": "Export markets", "imports": "Suppliers"},
    numbers=Numbers(
        group="flow",
        row="member_name",
        column="data_year",
        values=("member_rank",),
        names={"member_name": "Partner"},
        note="The dollars are in Tables 3 and 4.",
    ),
)
