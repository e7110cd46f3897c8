"""The audit's part of the page: what is counted, listed and offered for download."""

from __future__ import annotations

from atp_trade.pages.web.exhibit import BOTH, Exhibit

SUMMARY = Exhibit(
    name="Audit summary",
    title="Verdicts by part of the report",
    subtitle="How many statements and printed numbers have which verdict",
    unit="count",
    relation="audit.summary",
    made_of=("core.trade_metrics",),
    told_by=BOTH,
    sql="select subject, area, verdict, items from audit.summary order by subject, area, verdict",
)
CLAIMS = Exhibit(
    name="Claims",
    title="Every statement of the report, with its verdict",
    subtitle="What the report says, what it prints, and what the data give; the statements are told in our own words",
    unit="as each statement says",
    relation="audit.claims",
    made_of=("core.trade_metrics",),
    told_by=BOTH,
    sql="select * from audit.claims order by section, place, first_year, claim_id",
)
NUMBERS = Exhibit(
    name="Published values",
    title="Every printed number, with its verdict",
    subtitle="Printed numbers by where they are printed and what the other numbers say to them",
    unit="as each number is printed",
    relation="audit.published_values",
    made_of=("staging.stg_nsf07329__cells", "staging.stg_nsf07329__top_three", "core.trade_metrics"),
    told_by=BOTH,
    sql="select * from audit.published_values order by published_id",
)
DISCREPANCIES = Exhibit(
    name="Discrepancies",
    title="Numbers that do not add up to the last digit",
    subtitle="Where a table differs from what its own numbers give, millions of current dollars",
    unit="millions of current U.S. dollars",
    relation="seeds.known_discrepancies",
    made_of=("staging.stg_nsf07329__cells",),
    sql="""\
select table_number, flow, row_label, data_year, published_usd_millions, recomputed_usd_millions, reason
from seeds.known_discrepancies
order by all""",
    note="All of it is rounding. The build fails if one appears or disappears.",
)
LATEST_YEAR = Exhibit(
    name="Latest year",
    title="What the report says, asked again of the latest year",
    subtitle="The same words, measure and bound; all years of a statement move, so that the last one is the latest "
    "whole year of a source that goes on after {last_data_year}",
    unit="as each statement says",
    relation="audit.claims_of_latest_year",
    made_of=("core.trade_metrics",),
    told_by=BOTH,
    sql="select * from audit.claims_of_latest_year order by source_id, claim_id",
    note="A sign, an order or a bound on a share can be asked of any year; an amount of dollars cannot.",
)
DIFFERENCES = Exhibit(
    name="Differences",
    title="The report against the Census Bureau's later series",
    subtitle="Totals of technology trade by both sources, millions of current dollars",
    unit="millions of current U.S. dollars",
    relation="audit.differences",
    made_of=("marts.merchandise_trade",),
    told_by=BOTH,
    sql="""\
select data_year, metric, report_usd_millions, later_usd_millions, difference_usd_millions, claims_that_fall
from audit.differences
order by metric, data_year""",
)
EXHIBITS = (SUMMARY, CLAIMS, NUMBERS, DISCREPANCIES, LATEST_YEAR, DIFFERENCES)
