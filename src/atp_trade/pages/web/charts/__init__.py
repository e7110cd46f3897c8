"""The figures of the page, in the page's order."""

from atp_trade.pages.web.charts import (
    concentration,
    figure_1,
    figure_2,
    largest_partners,
    later_members,
    later_totals,
    partner_ranks,
    small_multiples,
    technology_ranks,
    top_three,
)

REPORT = (figure_1.FIGURE, figure_2.FIGURE, top_three.MARKETS, top_three.SUPPLIERS)
# What came after the report: what the project has, and what is there once it is loaded.
LATER = (later_totals.FIGURE,)
LOADED = later_members.FIGURES
BEYOND = (partner_ranks.FIGURE, technology_ranks.FIGURE, largest_partners.FIGURE, concentration.FIGURE)
MULTIPLES = small_multiples.FIGURE
