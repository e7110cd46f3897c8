"""Made-up trade by product, in the shape of the real one: for trying the warehouse at its full size, never for reading.

It lies in the project's folder `synthetic`, in the layout of the raw store (docs/load.md). It is the same on every
machine: each choice is a number that is mixed from the seed and from what is chosen, in whole numbers, without DuckDB's
own random numbers, hashes or logarithms, which change between versions and platforms; a product or quotient of two
doubles does not. Sizes are powers of two, in `STEPS` steps to a doubling.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.files import path_to_write, whole_folder
from atp_trade.load.progress import LoadProgress
from atp_trade.load.raw import LOADED_AT, REQUEST
from atp_trade.load.trade import place
from atp_trade.places import PRODUCT_LISTS, SYNTHETIC, project_folder
from atp_trade.warehouse import SYNTHETIC_SOURCE, literal

FEWEST, MOST = 100_000, 200_000_000
# Measured at 100 million rows; and what the lists and the smallest files need.
BYTES_PER_ROW, BYTES_BESIDE = 5, 20_000_000
SEEDS = 1 << 32
# Which folder is one that we made, and from what. Another recipe makes other rows from the same numbers.
MARKER = "synthetic.json"
RECIPE = 1
FLOWS = ("exports", "imports")
FIRST_YEAR, LAST_YEAR = 2010, 2024
# Not the time of the run: the same rows and seed make the same files.
FILE_NAME, TIME = "20250215T000000000000Z.parquet", "timestamp '2025-02-15 00:00:00'"
MEMORY = "2GB"

PRODUCTS, PARTNERS = 22_000, 230
# Products that are on a list at some time, of a thousand; and how many of these are, at one time.
TECHNOLOGY_PRODUCTS, LISTED = 37, {"exports": 600, "imports": 660}
# Of a thousand, each year: codes that end and go on as others, and places on a list that are decided anew. The tariff
# is changed every five years.
ENDING, DECIDED = 20, 60
ENDING_BY_YEAR, DECIDED_BY_YEAR = {2012: 60, 2017: 60, 2022: 80}, {2012: 150, 2017: 150, 2022: 450}
# The rows of a thousand that the products of TECHNOLOGY_PRODUCTS have, and the months that a pair of product and
# partner has on average.
TECHNOLOGY_ROWS, MONTHS_OF_A_PAIR = 128, 55
STEPS, LARGEST_SIZE = 64, 2600
WORD = 1 << 32
# The least that a row can be worth: customs count no smaller ones.
LEAST_USD = 2001
# What all other products are worth, in tenths of those on a list.
OTHERS = {"exports": 34, "imports": 46}

# Numbers of 32 bits in 64, so that no product overflows: `lowbias32` by Chris Wellons. `drawn` has a number of its own
# for each question that is asked of the same thing; `bell` sums four bytes of it, which is nearly normal.
MACROS = f"""
create macro stirred(x, bits, factor) as (xor(x, x >> bits) * factor) & {WORD - 1};
create macro mixed(x) as stirred(stirred(stirred(x, 16, 2146121005::ubigint), 15, 2221713035::ubigint), 16, 1::ubigint);
create macro drawn(x, question) as mixed(xor(x, (question::ubigint * 2654435761::ubigint) & {WORD - 1}));
create macro bell(x, deviation) as
    (((x & 255) + ((x >> 8) & 255) + ((x >> 16) & 255) + (x >> 24))::bigint * deviation) // 148;
create macro power(steps) as (({STEPS} + steps::bigint % {STEPS}) << (steps::bigint // {STEPS})::bigint);
create macro chance(x, of_thousand) as x % 1000 < of_thousand;
"""


def synthesize(rows: str, seed: str) -> Iterator[str]:
    """Write the folder `synthetic` of the project, whole or not at all; yields what was done, as sentences.

    `rows` is how many rows of product trade to make, to within one percent; `seed` is any whole number below 2^32. The
    months are those of which the project has the total of advanced technology products, which theirs add up to.
    AtpError for numbers that are not possible, a disk without room, or a folder that is not ours.
    """
    project = project_folder()
    wanted = whole_number("--rows", rows, FEWEST, MOST)
    recipe = {"recipe": RECIPE, "rows_asked": wanted, "seed": whole_number("--seed", seed, 0, SEEDS - 1)}
    path = path_to_write(project / SYNTHETIC, Path(SYNTHETIC))
    if (found := read_marker(path)) and found.items() >= recipe.items():
        yield f"{path} has {found.get('rows'):,} rows of synthetic trade from this seed already"
        return
    totals = read_totals(project / "seeds" / "census" / "census_atp_by_month.csv")
    countries = read_countries(project / "seeds" / "reference" / "partners.csv")
    check_room(path, wanted)
    progress = LoadProgress("making up", "made up")
    progress.expect(sum(map(len, totals.values())))
    made = 0
    try:
        with progress.shown(), whole_folder(path, lambda folder: read_marker(folder) is not None) as folder:
            for flow in FLOWS:
                with Maker(folder, flow, recipe["seed"], countries) as maker:
                    share = wanted * (FLOWS.index(flow) + 1) // len(FLOWS) - wanted * FLOWS.index(flow) // len(FLOWS)
                    for month, count in maker.make(totals[flow], share):
                        made += count
                        progress.answered(f"{flow} of {month}")
            (folder / MARKER).write_text(json.dumps({**recipe, "rows": made}, indent=2) + "\n", encoding="utf-8")
    except KeyboardInterrupt:
        raise AtpError(f"interrupted; {path} is as it was") from None
    except (duckdb.Error, RuntimeError) as error:
        # DuckDB has an error of its own for Ctrl-C in a query.
        if "interrupt" in str(error).lower():
            raise AtpError(f"interrupted; {path} is as it was") from None
        raise
    yield f"wrote {made:,} rows of synthetic trade, and its lists, to {path}"
    yield "they are made up, and no data: `atp build --synthetic` builds them into a file of their own"


def whole_number(option: str, text: str, least: int, most: int) -> int:
    """A whole number in digits, with _ between them or not. AtpError if it is none, or out of bounds."""
    if not re.fullmatch(r"[0-9]+(_[0-9]+)*", text):
        raise AtpError(f"{option} is {text!r}: write a whole number in digits, such as 100_000_000")
    # A text of many digits takes Python long, or it refuses it.
    if len(text) > 30 or not least <= int(text) <= most:
        raise AtpError(f"{option} is {text}: choose a number from {least:_} to {most:_}")
    return int(text)


def read_marker(folder: Path) -> dict[str, int] | None:
    """What a synthetic folder says of itself; None for another folder."""
    try:
        found = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    is_ours = isinstance(found, dict) and {"recipe", "rows_asked", "seed", "rows"} <= found.keys()
    return found if is_ours and all(type(value) is int for value in found.values()) else None


def check_room(path: Path, rows: int) -> None:
    """Refuse to begin on a disk that would be full before the end."""
    above = next(folder for folder in path.parents if folder.exists())
    needed, free = rows * BYTES_PER_ROW + BYTES_BESIDE, shutil.disk_usage(above).free
    if free < needed:
        raise AtpError(
            f"cannot write {path}: {rows:,} rows need about {needed // 1_000_000:,} MB, and {free // 1_000_000:,} MB "
            "are free there: ask for fewer, or make room"
        )


def read_rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a seed, with their numbers. AtpError if it cannot be read."""
    try:
        with file.open(encoding="utf-8", newline="") as content:
            yield from enumerate(csv.DictReader(content), 2)
    except (OSError, ValueError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise AtpError(f"{file} cannot be read ({reason}): take it from the project again") from error


def read_totals(file: Path) -> dict[str, dict[str, int]]:
    """By flow and month (2010-01), what advanced technology products were worth in dollars, as last published."""
    latest: dict[tuple[str, str], tuple[str, int]] = {}
    for line, row in read_rows(file):
        try:
            year, month = int(row["data_year"]), int(row["data_month"])
            if not FIRST_YEAR <= year <= LAST_YEAR:
                continue
            for flow in FLOWS:
                key = (flow, f"{year}-{month:02}")
                total = round(Decimal(row[f"{flow}_usd_millions"]) * 1_000_000)
                if total <= 0:
                    raise ValueError("nothing to share out")
                latest[key] = max(latest.get(key, ("", 0)), (row["vintage"], total))
        except (KeyError, TypeError, ArithmeticError, ValueError) as error:
            raise AtpError(f"{file}, line {line}, has no month with its totals: correct it") from error
    if not latest:
        raise AtpError(f"{file} has no month from {FIRST_YEAR} to {LAST_YEAR}: take it from the project again")
    return {flow: {month: total for (of, month), (_, total) in sorted(latest.items()) if of == flow} for flow in FLOWS}


def read_countries(file: Path) -> list[str]:
    """The Schedule C codes of the partners that are countries."""
    codes = {row.get("schedule_c_code") or "" for _, row in read_rows(file)}
    found = sorted(code for code in codes if re.fullmatch(r"[0-9]{4}", code))
    if len(found) < PARTNERS:
        raise AtpError(f"{file} has {len(found)} codes of countries, and {PARTNERS} are needed: correct it")
    return found


def thresholds(counts: Sequence[tuple[int, int, int]], wanted: int) -> list[int]:
    """The chances, of 2^32, with which about `wanted` of all are chosen: by level, in proportion to its weight.

    `counts` has level, weight and number. What is more than certain is certain, and the rest has more for it.
    """

    def chances(factor: int) -> list[tuple[int, int, int]]:
        return [(level, min(WORD, (weight * factor) >> STEPS), number) for level, weight, number in counts]

    low, high = 0, 1 << (STEPS + 32)
    while high - low > max(1, low >> 20):
        middle = (low + high) // 2
        if sum(chance * number for _, chance, number in chances(middle)) < wanted * WORD:
            low = middle
        else:
            high = middle
    by_level = {level: chance for level, chance, _ in chances(high)}
    return [by_level.get(level, 0) for level in range(max(by_level, default=0) + 1)]


class Maker:
    """Makes up one flow, a month at a time, in a database in memory."""

    def __init__(self, folder: Path, flow: str, seed: int, countries: list[str]) -> None:
        """Draw partners, products and lists. A flow has its own codes, in subheadings that both flows have."""
        self.folder, self.flow, self.seed = folder, flow, seed
        self.added = (
            f"{literal(SYNTHETIC_SOURCE)} as source_id, {TIME} as {LOADED_AT}, "
            f"{literal(f'made up by atp synthesize, seed {seed}')} as {REQUEST}"
        )
        # Without a folder for what does not fit: it would be beside ours, and stay after a kill.
        self.connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": ""})
        self.connection.execute(MACROS)
        self.connection.execute("create table start as select drawn(mixed((? + 1)::ubigint), 1) as x", [seed])
        # By Zipf, but for the first few: the 13th partner is a fourth as large as the first. Which is which is drawn by
        # lot, so that nobody takes the largest ones for the real ones.
        smaller = [((place + 3) ** STEPS).bit_length() - 1 - 2 * STEPS for place in range(1, PARTNERS + 1)]
        self.connection.execute(
            f"""
            create table partner as
            with drawn_lots as (
                select code as country_code, drawn(drawn(start.x, 2), code::int) as lot
                from (select unnest($countries::varchar[]) as code), start
            ),
            placed as (select *, row_number() over (order by lot, country_code) as place from drawn_lots)
            select place as partner, country_code, -($smaller::bigint[])[place] as size,
                (drawn(lot, 1) % 9)::bigint as trend
            from placed where place <= {PARTNERS}
            """,
            {"countries": countries, "smaller": smaller},
        )
        self.connection.execute(f"""
            create table product as
            with lots as (
                select slot, slot // 4 as subheading, drawn(drawn(start.x, 3), slot) as shared,
                    drawn(drawn(start.x, 4), slot // 4) as above, drawn(shared, {FLOWS.index(flow) + 1}) as own
                from (select range as slot from range({PRODUCTS})), start
            ),
            placed as (
                select *, chance(above, {TECHNOLOGY_PRODUCTS}) as is_technology, drawn(above, 1) % 100 as place,
                    case when place < 4 then '01' when place < 16 then '02' when place < 23 then '03'
                        when place < 38 then '04' when place < 52 then '05' when place < 74 then '06'
                        when place < 78 then '07' when place < 93 then '08' when place < 97 then '09' else '10'
                    end as census_area_code
                from lots
            )
            select slot, subheading, own, is_technology, census_area_code,
                bell(drawn(own, 1), 80) as breadth,
                bell(drawn(shared, 3), 130) + bell(drawn(own, 2), 60)
                + case when census_area_code in ('04', '05', '08') then {2 * STEPS} else 0 end as size,
                (drawn(own, 3) % 13)::bigint as trend,
                case when chance(drawn(own, 4), 390) then 'NO' when chance(drawn(own, 4), 600) then 'KG' end as unit,
                bell(drawn(own, 5), 190) as unit_value
            from placed
        """)
        years = ", ".join(
            f"({year}, {ENDING_BY_YEAR.get(year, ENDING)}, {DECIDED_BY_YEAR.get(year, DECIDED)})"
            for year in range(FIRST_YEAR, LAST_YEAR + 1)
        )
        self.connection.execute(f"""
            create table code as
            with changes as (
                select *, list_year > {FIRST_YEAR} and chance(drawn(own, 100 + list_year), ending) as ends,
                    list_year = {FIRST_YEAR} or chance(drawn(own, 3000 + list_year), decided) as is_decided
                from product, (values {years}) as years (list_year, ending, decided)
            ),
            lives as (
                select *, count(*) filter (ends) over so_far as earlier,
                    max(list_year) filter (is_decided) over so_far as decided_in
                from changes window so_far as (partition by slot order by list_year)
            )
            select slot, list_year, census_area_code,
                printf('99%04d%04d', 1000 + subheading,
                    (((slot % 4 * 16 + earlier) * 2 + {FLOWS.index(flow)}) * 7919 + subheading * 37) % 10000
                ) as product_code,
                is_technology and chance(drawn(own, 6000 + decided_in), {LISTED[flow]}) as is_listed
            from lives
        """)

    def __enter__(self) -> Maker:
        """Stay open for a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Give the memory back."""
        self.connection.close()

    def make(self, totals: dict[str, int], rows: int) -> Iterator[tuple[str, int]]:
        """Write the lists, and some months with about so many rows in all; yields each month with its rows."""
        for year in sorted({month[:4] for month in totals}):
            self.write_list(year)
        self.draw_pairs(rows * 180 // (len(totals) * MONTHS_OF_A_PAIR))
        # Trade grows by one percent of the first year in each year; each month makes good what the earlier ones lack.
        weights = [100 + int(month[:4]) - FIRST_YEAR for month in totals]
        made = [0, 0]
        for index, (month, total) in enumerate(totals.items()):
            due = rows * sum(weights[: index + 1]) // sum(weights)
            technology = due * TECHNOLOGY_ROWS // 1000
            counts = self.make_month(month, total, [due - technology - made[0], technology - made[1]])
            made = [before + count for before, count in zip(made, counts, strict=True)]
            yield month, sum(counts)

    def write_list(self, year: str) -> None:
        """Write the list of a year."""
        self.write(
            f"{PRODUCT_LISTS}/{self.flow}/{year}",
            f"""
            select product_code, census_area_code, 'SYNTHETIC PRODUCT ' || product_code as product_name,
                {literal(self.flow)} as flow, {literal(year)} as list_year, {self.added}
            from code where is_listed and list_year = {year} order by product_code
            """,
        )

    def draw_pairs(self, wanted: int) -> None:
        """Draw which pairs of product and partner ever trade, from when to when, how regularly, and how much.

        A product with many partners and a large partner are likelier to be in one; what is likelier trades more often.
        """
        self.connection.execute(f"""
            create table candidate as
            select slot, partner, drawn(own, 9000 + partner) as lot, is_technology,
                breadth + partner.size // 2 + {4 * STEPS} as strength, strength // 16 as level
            from product, partner
        """)
        technology = wanted * TECHNOLOGY_ROWS // 1000
        chances = self.chances("candidate", "level", 16, [wanted - technology, technology])
        self.connection.execute(
            f"""
            create table pair as
            select slot, partner.partner, lot, candidate.is_technology, product.trend + partner.trend as trend,
                (drawn(lot, 2) % 300)::int - 120 as first_month,
                first_month + 18 + (drawn(lot, 3) % 200)::int as last_month,
                (bell(drawn(lot, 4), 120) + strength) // 32 as level,
                product.size + partner.size + {8 * STEPS} + bell(drawn(lot, 5), 110) + level * 16 as size
            from candidate inner join product using (slot) inner join partner using (partner)
            where drawn(lot, 1) < ($chances::ubigint[][])[candidate.is_technology::int + 1][candidate.level + 1]
                and last_month >= 0
            """,
            {"chances": chances},
        )
        self.connection.execute("drop table candidate")

    def chances(self, table: str, level: str, steps: int, wanted: list[int], where: str = "true") -> list[list[int]]:
        """The chance of each level's rows, for those of other products and of technology products."""
        found = self.connection.execute(
            f"select is_technology, {level}, power({level} * {steps}), count(*) from {table} where {where} group by all"
        ).fetchall()
        return [
            thresholds([counts for is_technology, *counts in found if is_technology == kind], number)
            for kind, number in enumerate(wanted)
        ]

    def make_month(self, month: str, total: int, wanted: list[int]) -> list[int]:
        """Write a month, in which the values of what is on the year's list add up to the total; returns its rows.

        Rows are wanted and counted for other products and for technology products, listed or not.
        """
        year, number = int(month[:4]), (int(month[:4]) - FIRST_YEAR) * 12 + int(month[5:]) - 1
        trades = f"{number} between first_month and last_month"
        self.connection.execute(
            f"""
            create or replace table traded as
            select slot, partner, lot, pair.is_technology, is_listed, product_code, census_area_code,
                bell(drawn(lot, {20000 + number}), 45) + trend * {year - FIRST_YEAR} as changed,
                power(least(size + changed, {LARGEST_SIZE})) as weight
            from pair inner join (from code where list_year = {year}) as code using (slot)
            where {trades}
                and drawn(lot, {10000 + number}) < ($chances::ubigint[][])[pair.is_technology::int + 1][level + 1]
            """,
            {"chances": self.chances("pair", "level", 32, wanted, trades)},
        )
        found = self.connection.execute(
            "select is_technology, count(*), count(*) filter (is_listed) from traded group by all order by all"
        ).fetchall()
        if len(found) < len(wanted) or not found[1][2]:
            raise AtpError(f"seed {self.seed} has no {self.flow} of listed products in {month}: take another one")
        others = total * OTHERS[self.flow] // 10
        # Each row gets its part of the total, rounded down; the first one also gets what that leaves.
        self.write(
            place(self.flow, month),
            f"""
            with sums as materialized (
                select is_listed, count(*) as number, sum(weight) as weights, min(slot * 1000 + partner) as first_row,
                    case when is_listed then {total} else {others} end as usd,
                    least({LEAST_USD}, usd // number) as least_usd,
                    (usd - least_usd * number)::double / weights::double as usd_by_weight
                from traded group by is_listed
            ),
            rounded as materialized (
                select traded.*, slot * 1000 + partner = first_row as is_first,
                    least_usd + floor(weight * usd_by_weight)::bigint as part
                from traded inner join sums using (is_listed)
            ),
            lacking as (
                select is_listed, any_value(usd) - sum(part) as usd
                from rounded inner join sums using (is_listed) group by is_listed
            ),
            valued as (
                select *, (part + case when is_first then lacking.usd else 0 end)::bigint as value_usd
                from rounded inner join lacking using (is_listed)
            )
            select * exclude (paid), {literal(self.flow)} as flow, {year}::integer as data_year,
                {int(month[5:])}::integer as data_month, {self.added}
            from (
                select product_code, country_code, value_usd,
                    power(unit_value + bell(drawn(lot, {30000 + number}), 20)) as paid,
                    case when unit is not null then greatest(1, value_usd * {STEPS} // paid) end::bigint as quantity,
                    unit as quantity_unit
                from valued inner join product using (slot) inner join partner using (partner)
                order by product_code, country_code
            )
            """,
        )
        return [count for _, count, _ in found]

    def write(self, place: str, query: str) -> None:
        """Write the rows of a query as the only version of a place."""
        path = self.folder / place / FILE_NAME
        path.parent.mkdir(parents=True)
        self.connection.execute(
            f"copy ({query}) to {literal(str(path))} (format parquet, compression zstd, use_tmp_file false)"
        )
