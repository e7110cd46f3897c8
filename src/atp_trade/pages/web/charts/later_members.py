"""Since the report, once a later year is loaded: its areas, and its largest partners in each area and in all."""

from __future__ import annotations

from functools import partial

from atp_trade.pages.web.charts import figure_2, largest_partners, theme, top_three
from atp_trade.pages.web.exhibit import Figure, Numbers, Templated

# Told by the report, and by the source of the latest year.
REPORT_AND_LATEST = ("source_id", "latest_source_id")
TEN_AREAS = "The Census Bureau's ten areas, which have computer software in information and communications."

COLUMNS = {
    "technology_name": "Name of the area, as in `marts.dim_technology`, or `All technologies`.",
    "row_kind": "`total` for all areas together, `member` for one.",
    "place": "1, 2 or 3; partners with the same share by name.",
    "partner": "Name of the partner, as in `marts.dim_partner`.",
    "share_pct": "Its share in the area's exports or imports, percent.",
}

AREAS = Figure(
    name="Update 2",
    topic="areas in the latest year",
    title=(
        "{latest_areas_in_surplus} of the Census Bureau's {latest_areas} areas ran a surplus in {latest_year}, and "
        "{report_end_areas_in_surplus} in {last_data_year}; the lowest balance, "
        "{latest_lowest_area_balance_usd_billions} billion dollars, is that of {latest_lowest_area_name:lower}"
    ),
    subtitle=(
        "Balance by area, {last_data_year} and {latest_year}, billions of current dollars; the number is that of "
        "{latest_year}"
    ),
    unit="millions of current U.S. dollars",
    relation="page.later_members",
    made_of=("marts.trade_by_census_area", "marts.dim_census_area"),
    told_by=REPORT_AND_LATEST,
    sql="""\
select census_area_name as technology_name, data_year, balance_usd_millions
from page.later_members
where partner_id = 'all'
order by arg_max(balance_usd_millions, data_year) over (partition by census_area_code) desc, data_year""",
    note=(
        f"{TEN_AREAS} {{last_data_year}} is the report's, {{latest_year}} the Bureau's: two sources, side by side. "
        "Between {last_data_year} and {latest_source_first_year} neither has areas."
    ),
    columns={"technology_name": "Name of the area, as in `marts.dim_technology`."},
    draw=figure_2.draw,
    draws="A bar chart of the balance of the areas in two years.",
    numbers=Numbers(row="technology_name", column="data_year", values=("balance_usd_millions",)),
)


def largest(flow: str) -> str:
    """The query for the three largest partners of each area and of all."""
    return f"""\
select
    census_area_name as technology_name, case census_area_code when 'all' then 'total' else 'member' end as row_kind,
    row_number() over area as place, partner_name as partner, {flow}_share_pct as share_pct
from page.later_members
where partner_id <> 'all' and {flow}_rank <= 3
window area as (partition by census_area_code order by {flow}_rank, partner_name)
qualify place <= 3
order by row_kind = 'member', technology_name, place"""


MARKETS = Figure(
    name="Update 3",
    topic="markets in the latest year",
    title=(
        "{latest_market_name} bought the most in {latest_year}, {latest_market_share_pct}% of exports, and is among "
        "the three largest markets in {latest_market_areas} of {latest_areas} areas"
    ),
    subtitle="The three largest export markets of each area in {latest_year}; share in the area's exports, percent",
    unit="percent of the area's exports",
    relation="page.later_members",
    made_of=("marts.trade_by_technology_and_partner", "marts.trade_by_partner"),
    told_by=("latest_source_id",),
    sql=largest("export"),
    note=f"{TEN_AREAS} Figure 3 has {{last_data_year}}, by the report's areas.",
    columns=COLUMNS,
    draw=partial(top_three.draw, color=theme.EXPORTS),
    draws="The three largest export markets of each area.",
    marks=("latest_market_name",),
)
SUPPLIERS = Figure(
    name="Update 4",
    topic="suppliers in the latest year",
    title=(
        "{latest_supplier_name} supplied {latest_supplier_share_pct}% of technology imports in {latest_year}, and is "
        "among the three largest suppliers in {latest_supplier_areas} of {latest_areas} areas"
    ),
    subtitle="The three largest suppliers of each area in {latest_year}; share in the area's imports, percent",
    unit="percent of the area's imports",
    relation="page.later_members",
    made_of=("marts.trade_by_technology_and_partner", "marts.trade_by_partner"),
    told_by=("latest_source_id",),
    sql=largest("import"),
    note=f"{TEN_AREAS} Figure 4 has {{last_data_year}}, by the report's areas.",
    columns=COLUMNS,
    draw=partial(top_three.draw, color=theme.IMPORTS),
    draws="The three largest suppliers of each area.",
    marks=("latest_supplier_name",),
)
PARTNERS = Templated(
    name="Update 5",
    topic="partners in the latest year",
    title=(
        "{latest_partner_name} was the largest partner in {latest_year}, with {latest_partner_trade_usd_billions} "
        "billion dollars both ways; that of {last_data_year} was {largest_partner_name}"
    ),
    subtitle=(
        f"Exports to and imports from the {largest_partners.HOW_MANY} largest partners by both together, "
        "{latest_year}, billions of current dollars"
    ),
    unit="millions of current U.S. dollars",
    relation="page.later_members",
    made_of=("marts.trade_by_partner", "marts.dim_partner"),
    told_by=("latest_source_id",),
    sql=f"""\
select
    data_year, trade_rank, partner_name as member_name, exports_usd_millions, imports_usd_millions,
    balance_usd_millions, max(greatest(exports_usd_millions, imports_usd_millions)) over () as widest_usd_millions
from page.later_members
where trade_rank <= {largest_partners.HOW_MANY}
order by trade_rank, member_name""",
    columns=largest_partners.COLUMNS,
    draw=largest_partners.draw,
    draws="For each of the largest partners, a bar of exports above a bar of imports.",
    template="pairs.html",
    picture="pairs.svg",
    numbers=Numbers(
        row="member_name",
        values=("exports_usd_millions", "imports_usd_millions", "balance_usd_millions"),
        names={"member_name": "Partner"},
    ),
)
FIGURES = (AREAS, MARKETS, SUPPLIERS, PARTNERS)
