"""`atp load lists`: the Bureau's lists of advanced technology products, one for each flow and year."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

import anyio

from atp_trade import AtpError
from atp_trade.load.api import Flow, at_once, done
from atp_trade.load.http import Answer, Client, body, checked_address
from atp_trade.load.list_file import Product, read_list
from atp_trade.load.months import ranges
from atp_trade.load.progress import LoadProgress
from atp_trade.load.raw import Store, Version, loading, together
from atp_trade.load.sheet import read_file
from atp_trade.places import PRODUCT_LISTS as SOURCE
from atp_trade.places import project_folder

ADDRESS = "https://www.census.gov/foreign-trade/reference/codes/atp"
ADDRESS_VARIABLE = "CENSUS_LISTS_URL"
FIRST_YEAR, EARLIEST_YEAR = 2010, 1989
# The Bureau may still correct the lists of so many years, this one among them.
CHANGING_YEARS = 2
COLUMNS = ("product_code", "census_area_code", "product_name")
FLOWS = {"exp": "exports", "imp": "imports"}
NAMED = re.compile(r"(imp|exp)(?:atp|concord)(\d{4}|\d\d)(?: ?\(\d+\))?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class List:
    """A list, checked: whose it is, where it comes from, and its products."""

    flow: str
    year: int
    request: str
    products: Sequence[Product]


def load_lists(
    files: Sequence[Path] = (),
    first: int | None = None,
    last: int | None = None,
    *,
    flow: str | None = None,
    year: int | None = None,
    dry_run: bool = False,
    again: bool = False,
) -> Iterator[str]:
    """Load lists from files, or those that the Bureau has published and that are missing; yield what was done."""
    if files:
        if first is not None or last is not None or dry_run or again:
            raise AtpError(
                "--from, --to, --dry-run and --again are about the Bureau's lists: leave them out, or the files"
            )
        return load_files(files, flow, year)
    if flow is not None or year is not None:
        raise AtpError("--flow and --year say which list a file is: name the file too")
    return load_published(FIRST_YEAR if first is None else first, this_year() if last is None else last, dry_run, again)


def this_year() -> int:
    """The year that has the newest list."""
    return datetime.now(timezone.utc).year


def load_files(files: Sequence[Path], flow: str | None, year: int | None) -> Iterator[str]:
    """Load lists from files, all of them or none."""
    project = project_folder()
    if len(files) > 1 and (flow or year is not None):
        raise AtpError("--flow and --year are about one file: name that alone")
    found: dict[tuple[str, int], List] = {}
    for file in files:
        of_flow, of_year = which(file.name, flow, year)
        content, name, request = read_file(file)
        if (of_flow, of_year) in found:
            raise AtpError(f"{name} is a second list of {of_flow} {of_year}: name one of them")
        found[of_flow, of_year] = List(of_flow, of_year, request, read_list(content, name))
    with loading(project) as store:
        yield from keep(store, [*found.values()], {})


def which(name: str, flow: str | None, year: int | None) -> tuple[str, int]:
    """The flow and the year of a file, by its name or by the options. AtpError if they disagree or say nothing."""
    named = NAMED.fullmatch(Path(name).stem)
    if named:
        digits = named[2] if len(named[2]) == 4 else f"{19 if int(named[2]) >= EARLIEST_YEAR % 100 else 20}{named[2]}"
        for option, given, said in (("--flow", flow, FLOWS[named[1].lower()]), ("--year", year, int(digits))):
            if given is not None and given != said:
                raise AtpError(f"{name} says {said} by its name, and {option} says {given}: correct one of them")
        flow, year = FLOWS[named[1].lower()], int(digits)
    if flow is None or year is None:
        raise AtpError(
            f"{name} does not say by its name which list it is, as impatp22.txt and expconcord22.xlsx do: "
            "say it with --flow and --year"
        )
    check_year(year, EARLIEST_YEAR)
    return flow, year


def check_year(year: int, earliest: int) -> None:
    """Refuse a year that can have no list."""
    if not earliest <= year <= this_year():
        raise AtpError(f"there can be no list of {year}: name a year from {earliest} to {this_year()}")


def load_published(first: int, last: int, dry_run: bool, again: bool) -> Iterator[str]:
    """Ask for the lists that are missing and for those that may still change, and load what there is."""
    for year in (first, last):
        check_year(year, FIRST_YEAR)
    if first > last:
        raise AtpError(f"{first} is after {last}: name the earlier year in --from")
    progress = LoadProgress()
    named = os.environ.get(ADDRESS_VARIABLE) or ADDRESS
    base = checked_address(named, ADDRESS_VARIABLE, progress.say, is_secret_sent=False)
    project = project_folder()
    with loading(project) as store:
        stored = {flow: store.places(f"{SOURCE}/{flow}") for flow in FLOWS.values()}
        asked = {
            flow: [
                year
                for year in range(first, last + 1)
                if again or str(year) not in stored[flow] or year > this_year() - CHANGING_YEARS
            ]
            for flow in FLOWS.values()
        }
        if dry_run:
            for flow, years in asked.items():
                yield f"{flow}: " + (
                    f"would ask {address(base, flow, 'YY')} for {ranges(map(str, years))}"
                    if years
                    else f"nothing to ask for, {first} to {last} are there"
                )
            return
        found: dict[tuple[str, int], List | None] = {}
        try:
            with progress.shown():
                anyio.run(ask_all, base, asked, found, progress)
        except KeyboardInterrupt:
            raise AtpError("interrupted; nothing was loaded") from None
        lists = [one for one in found.values() if one]
        if not lists and not any(stored.values()):
            raise AtpError(f"there is no list at {base}: look whether {ADDRESS_VARIABLE} is the Bureau's address")
        there = {flow: {*map(int, stored[flow])} | {one.year for one in lists if one.flow == flow} for flow in asked}
        missing = {flow: [year for year in asked[flow] if year not in there[flow]] for flow in asked}
        yield from keep(store, lists, missing)
    if faults := [*gaps(missing, there, base)]:
        raise AtpError("\n".join(faults))


def address(base: str, flow: str, year: str) -> str:
    """Where a list is."""
    return f"{base}/{flow[:3]}atp{year[-2:]}.txt"


async def ask_all(
    base: str, asked: dict[str, list[int]], found: dict[tuple[str, int], List | None], progress: LoadProgress
) -> None:
    """Ask for lists; None for those that are not published. A list that is not whole stops the load."""
    async with Client(tell=progress.say) as client:

        async def ask(flow: str, year: int) -> None:
            what, url = f"{flow} {year}", address(base, flow, str(year))
            content = await client.ask(what, url, {}, body_if_there)
            products = None if content is None else read_list(content, url)
            found[flow, year] = None if products is None else List(flow, year, url, products)
            progress.answered(what)

        progress.expect(sum(map(len, asked.values())))
        await at_once([partial(ask, flow, year) for flow, years in asked.items() for year in years])


def body_if_there(answer: Answer) -> bytes | None:
    """A list in an answer; None if it is not published."""
    return None if answer.status == 404 else body(answer)


def gaps(missing: dict[str, list[int]], there: dict[str, set[int]], base: str) -> Iterator[str]:
    """Sentences about lists that are missing though the other flow has that year, and this one has later ones."""
    for flow, years in missing.items():
        for year in years:
            has_later = any(other > year for other in there[flow])
            if has_later and any(year in of_flow for of_flow in there.values()):
                yield (
                    f"{flow} {year}: there is no list at {address(base, flow, str(year))}, though there are later "
                    f"ones; load the Bureau's concordance of the year, {flow[:3]}concord{year % 100:02}, as a file"
                )


def keep(store: Store, lists: Sequence[List], missing: dict[str, list[int]]) -> Iterator[str]:
    """Keep lists, all of them or none, and yield a sentence for each flow."""
    flows = {flow: Flow(flow, [], {}, unpublished=[*map(str, years)]) for flow, years in missing.items()}
    with together() as versions:
        for one in lists:
            flow = flows.setdefault(one.flow, Flow(one.flow, [], {}))
            place, added = f"{SOURCE}/{one.flow}/{one.year}", {"flow": one.flow, "list_year": str(one.year)}
            is_new = not store.versions(place)
            rows = [product.row for product in one.products]
            version = Version.of_rows(COLUMNS, rows, one.request, {**added, "source_id": SOURCE})
            path = versions.enter_context(store.writing(place, version))
            (flow.same if path is None else flow.new if is_new else flow.revised).append(str(one.year))
    yield from map(done, flows.values())
