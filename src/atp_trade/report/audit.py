"""The audit's part of the page: what is counted, listed and offered for download."""

from __future__ import annotations

from atp_trade.report.exhibit import Exhibit

BOTH = ("nsf07329", "census_country")

SUMMARY = Exhibit(
    name="Audit summary",
    title="Verdicts by part of the report",
    subtitle="How many statements and printed numbers have which verdict",
    unit="count",
    relation="audit.summary",
    marts=("core.trade_metrics",),
    sources=BOTH,
    sql="select subject, area, verdict, items from audit.summary order by subject, area, verdict",
)
CLAIMS = Exhibit(
    name="Claims",
    title="Every statement of the report, with its verdict",
    subtitle="What the report says, what it prints, and what the data give; the statements are told in our own words",
    unit="as each statement says",
    relation="audit.claims",
    marts=("core.trade_metrics",),
    sources=BOTH,
    sql="select * from audit.claims order by section, place, first_year, claim_id",
)
NUMBERS = Exhibit(
    name="Published values",
    title="Every printed number, with its verdict",
    subtitle="Printed numbers by where they stand and what the other numbers say to them",
    unit="as each number is printed",
    relation="audit.published_values",
    marts=("core.trade", "core.trade_metrics"),
    sources=BOTH,
    sql="select * from audit.published_values order by published_id",
)
DISCREPANCIES = Exhibit(
    name="Discrepancies",
    title="Numbers that do not add up to the last digit",
    subtitle="Where a table differs from what its own numbers give, millions of current dollars",
    unit="millions of current U.S. dollars",
    relation="seeds.known_discrepancies",
    marts=("core.trade",),
    sql="""\
select table_number, flow, row_label, data_year, published_usd_millions, recomputed_usd_millions, reason
from seeds.known_discrepancies
order by all""",
    note="All of it is rounding. The build fails if one appears or disappears.",
)
VINTAGES = Exhibit(
    name="Vintages",
    title="The report against the Census Bureau's later series",
    subtitle="Totals of technology trade in both vintages, millions of current dollars",
    unit="millions of current U.S. dollars",
    relation="audit.vintages",
    marts=("core.trade_metrics",),
    sources=BOTH,
    sql="""\
select data_year, metric, report_usd_millions, later_usd_millions, revision_usd_millions, claims_that_fall
from audit.vintages
order by metric, data_year""",
)
EXHIBITS = (SUMMARY, CLAIMS, NUMBERS, DISCREPANCIES, VINTAGES)
