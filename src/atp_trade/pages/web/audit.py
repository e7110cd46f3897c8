"""The audit's part of the page: what is counted, listed and offered for download."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from atp_trade.pages.claim_words import LATEST_COUNTS, asked_again
from atp_trade.pages.web.exhibit import BOTH, Exhibit, Row

if TYPE_CHECKING:
    from atp_trade.pages.web.site import Report

SUMMARY = Exhibit(
    name="Audit summary",
    topic="what is wrong in the report",
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
    topic="all other statements",
    title="All other statements, section by section",
    subtitle="What the report says, in our own words, what must be true of the data, and what they give",
    unit="as each statement says",
    relation="audit.claims",
    made_of=("core.trade_metrics",),
    told_by=BOTH,
    sql="select * from audit.claims order by section, place, first_year, claim_id",
)
NUMBERS = Exhibit(
    name="Published values",
    topic="every printed number",
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
    topic="numbers that do not add up",
    # The build fails if one is off by more.
    title="Where numbers do not add up to the last digit, it is by rounding alone",
    subtitle="Where a table differs from what its own numbers give, millions of current dollars",
    unit="millions of current U.S. dollars",
    relation="seeds.known_discrepancies",
    made_of=("staging.stg_nsf07329__cells",),
    sql="""\
select table_number, flow, row_label, data_year, published_usd_millions, recomputed_usd_millions, reason
from seeds.known_discrepancies
order by all""",
)
LATEST_YEAR = Exhibit(
    name="Latest year",
    topic="asked again of the latest year",
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
    topic="the report and later data",
    title=(
        "The balance of {first_data_year} is {first_year_balance_usd_billions} billion dollars in the report and "
        "{later_report_start_balance_usd_billions} in the Census Bureau's later series"
    ),
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

# What a reader should know before quoting the report: what is false as worded, on later data, or by a check of our own.
IS_WRONG = """(
    verdict = 'contradicted'
    or stated_by = 'report' and verdict in ('fails_on_later_data', 'confirmed_in_another_reading')
    or verdict = 'not_checkable' and not coalesce(other_reading_holds, true)
)"""
WRONG_ORDER = ("contradicted", "confirmed_in_another_reading", "not_checkable", "fails_on_later_data")
# Where a statement is folded away: in its section of the report, or with our own checks.
FOLD = "case stated_by when 'report' then section else 'own_checks' end"
FOLDS = f"""
    select
        {FOLD} as fold, verdict, phrase, count(*) as items,
        cast(sum(count(*)) over (partition by {FOLD}) as int) as of_fold
    from audit.claims inner join seeds.verdicts using (verdict)
    where subject = 'claims' and not {IS_WRONG}
    group by fold, verdict, phrase, verdict_order order by verdict_order
"""
# The year in which the balances of the report and of the later series differ most, billions of dollars.
GAP = """
    select
        metric, data_year, later_vintage,
        cast(abs(report_usd_millions) / 1000 as decimal(18, 1)) as report_usd_billions,
        cast(abs(later_usd_millions) / 1000 as decimal(18, 1)) as later_usd_billions,
        cast(abs(difference_usd_millions) / 1000 as decimal(18, 1)) as difference_usd_billions,
        case when report_usd_millions < 0 then 'deficit' else 'surplus' end as report_side,
        case when later_usd_millions < 0 then 'deficit' else 'surplus' end as later_side
    from audit.differences
    where data_year = (
        select data_year from audit.differences
        where metric = 'balance_usd_millions' order by abs(difference_usd_millions) desc limit 1
    )
"""
# What the statements that are false on later data are about.
FALLEN = f"""
    select phrase, list(distinct last_year order by last_year) as years
    from audit.claims inner join seeds.metrics using (metric)
    where verdict = 'fails_on_later_data' and {IS_WRONG}
    group by phrase order by phrase
"""
REASONS = "select reason, count(*) as items from seeds.known_discrepancies group by reason order by items desc, reason"
# The differences in three rows for each of these.
TOTALS = ("exports_usd_millions", "imports_usd_millions", "balance_usd_millions")
SERIES = {"report_usd_millions": "the report", "later_usd_millions": "later", "difference_usd_millions": "difference"}


def parts(report: Report) -> dict[str, Any]:
    """What the template of the audit shows."""
    claims, words = report.shown(CLAIMS), report.words
    claims["rows"].sort(key=words.in_reading_order)
    wrong = {row["claim_id"] for row in report.rows(f"select claim_id from audit.claims where {IS_WRONG}")}
    checkable = [claim for claim in claims["rows"] if claim["verdict"] != "not_checkable"]
    return {
        "claims": claims,
        "folds": folds(report, [claim for claim in claims["rows"] if claim["claim_id"] not in wrong]),
        "wrong": sorted(
            (claim for claim in claims["rows"] if claim["claim_id"] in wrong),
            key=lambda claim: WRONG_ORDER.index(claim["verdict"]),
        ),
        "gap": {row["metric"]: row for row in report.rows(GAP)},
        "fallen": report.rows(FALLEN),
        "phrases": {verdict: row["phrase"] for verdict, row in words.verdicts_on("claims").items()},
        "given": {claim["claim_id"]: words.result(claim) for claim in checkable},
        "condition": {claim["claim_id"]: words.condition(claim) for claim in checkable},
        "later": {claim["claim_id"]: words.later_result(claim) for claim in claims["rows"] if claim["later_value"]},
        "claim_counts": counts(report, "claims"),
        "own_counts": counts(report, "own_checks"),
        "number_counts": counts(report, "published_values"),
        "summary": report.shown(SUMMARY),
        "areas": areas(report, "published_values"),
        "numbers": report.shown(NUMBERS),
        "discrepancies": report.shown(DISCREPANCIES),
        "reasons": report.rows(REASONS),
        "latest_year": report.shown(LATEST_YEAR),
        "latest": latest_years(report),
        "differences": report.shown(DIFFERENCES),
        "totals": totals(report.found[DIFFERENCES.name]),
    }


def folds(report: Report, claims: list[Row]) -> list[dict[str, Any]]:
    """The statements of each section of the report, then our own checks, with how many have which verdict."""

    def fold(claim: Row) -> str:
        return claim["section"] if claim["stated_by"] == "report" else "own_checks"

    found = report.rows(FOLDS)
    return [
        {
            "title": "Checks of our own" if name == "own_checks" else report.words.area(name),
            "counts": [row for row in found if row["fold"] == name],
            "claims": [claim for claim in claims if fold(claim) == name],
        }
        for name in sorted(dict.fromkeys(map(fold, claims)), key=lambda name: name == "own_checks")
    ]


def counts(report: Report, subject: str) -> list[Row]:
    """How many have which verdict, with its phrase, in the audit's order; the ones that do not occur left out."""
    judged_as = "claims" if subject == "own_checks" else subject
    return report.rows(
        f"""
        select
            verdict, phrase, cast(sum(items) as int) as items,
            cast(sum(sum(items)) over () as int) as of_subject,
            (select count(*) from audit.claims) as of_all
        from (select verdict, items from audit.summary where subject = '{subject}')
        inner join seeds.verdicts using (verdict)
        where subject = '{judged_as}'
        group by verdict, phrase, verdict_order having sum(items) > 0 order by verdict_order
        """
    )


def areas(report: Report, subject: str) -> list[tuple[str, dict[str, int]]]:
    """How many have which verdict in each part of the report."""
    found = report.rows(f"select area, verdict, items from audit.summary where subject = '{subject}' order by area")
    of_area = {
        area: {row["verdict"]: row["items"] for row in rows}
        for area, rows in groupby(found, key=lambda row: row["area"])
    }
    return [(report.words.area(area), of_area[area]) for area in sorted(of_area, key=report.words.area_order)]


def latest_years(report: Report) -> list[dict[str, Any]]:
    """For each source that goes on after the report: the counts of its latest year, and what can be asked."""
    asked, words = asked_again(report.connection), report.words
    return [
        {
            "counts": list(some),
            "claims": [
                {
                    **claim["now"],
                    "phrase": words.verdicts_on("latest_year")[claim["now"]["verdict"]]["phrase"],
                    "given_then": words.result(claim["then"]),
                    "given": words.result(claim["now"]),
                    "condition": words.condition(claim["now"]),
                }
                for claim in asked
                if claim["now"]["source_id"] == source and claim["now"]["stated_by"] == "report"
            ],
        }
        for source, some in groupby(report.rows(LATEST_COUNTS), key=lambda row: row["source_id"])
    ]


def totals(differences: list[Row]) -> list[dict[str, Any]]:
    """The differences with their years side by side: each total by the report, later, and how far apart they are."""
    return [
        {
            "metric": metric,
            "series": name,
            "column": column,
            "years": {row["data_year"]: row[column] for row in differences if row["metric"] == metric},
        }
        for metric in TOTALS
        for column, name in SERIES.items()
    ]
