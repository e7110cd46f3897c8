"""The figures of the page, one a module, in the page's order."""

from atp_trade.pages.web.charts import (
    concentration,
    figure_1,
    figure_2,
    figure_3,
    figure_4,
    largest_partners,
    partner_places,
    small_multiples,
    technology_places,
)

REPORT = (figure_1.FIGURE, figure_2.FIGURE, figure_3.FIGURE, figure_4.FIGURE)
BEYOND = (partner_places.FIGURE, technology_places.FIGURE, largest_partners.FIGURE, concentration.FIGURE)
MULTIPLES = small_multiples.FIGURE
