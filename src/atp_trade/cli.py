"""The command line: a function for each verb, which imports that verb's module and no other."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import click
import click.shell_completion

from atp_trade import AtpError
from atp_trade.arguments import ADDRESS_VARIABLE

# The verbs in the order of the help, each with an example.
DAILY = {
    "status": "atp status",
    "sql": 'atp sql "from marts.trade_totals"',
    "ask": "atp ask largest_suppliers",
    "describe": "atp describe marts.trade_totals",
    "export": "atp export --format csv",
    "report": "atp report",
}
OTHER = {
    "build": "atp build",
    "load": "atp load goods",
    "synthesize": "atp synthesize --rows 100_000_000",
    "pages": "atp pages",
    "mirror": "atp mirror postgresql://user@host/database",
    "superset": "atp superset",
    "build-spark": "atp build-spark",
}
ROW_FORMATS = ("table", "csv", "json", "parquet")
# As click's documentation has it: eval "$(_ATP_COMPLETE=bash_source atp)" in ~/.bashrc.
COMPLETION_VARIABLE = "_ATP_COMPLETE"
FILE_FORMATS = ("parquet", "csv", "xlsx")


class Verbs(click.Group):
    """A group of verbs whose help begins with those for every day."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs in two sections, then an example of each daily one."""
        for heading, names in {"Every day": DAILY, "Build and publish": OTHER}.items():
            with formatter.section(heading):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(limit=90)) for name in names])
        with formatter.section("Examples"):
            for example in DAILY.values():
                formatter.write_text(example)


def use_database(_: click.Context, __: click.Parameter, database: str | None) -> None:
    """Let every part of the command find the database named on the command line."""
    if database == "":
        raise AtpError("--db has no file: name one")
    if database is not None:
        os.environ["ATP_TRADE_DB"] = database


database_option = click.option(
    "--db",
    metavar="FILE",
    expose_value=False,
    callback=use_database,
    help="The database file. Default: ATP_TRADE_DB, or atp_trade.duckdb in the project's folder.",
)


@click.group(cls=Verbs, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="atp-trade", message="atp %(version)s")
@database_option
def atp() -> None:
    """Ask, describe, export and build the ATP Trade Warehouse: U.S. trade in advanced technology products."""


def verb(name: str, **settings: object) -> Callable[[Callable[..., None]], click.Command]:
    """Register a function as a verb, with its example in the help."""
    return atp.command(name, epilog=f"Example: {(DAILY | OTHER)[name]}", **settings)


rows_format = click.option(
    "--format",
    "form",
    type=click.Choice(ROW_FORMATS),
    default="table",
    show_default=True,
    help="How to write the rows.",
)


@verb("status")
@database_option
def status() -> None:
    """Show what is published: when, from which commit, with which tests, sources and rows.

    The build is in meta.build, the names of its tests in meta.tests.
    """
    from atp_trade.status import status
    from atp_trade.table import printable

    # Everything is read before the first line is printed, so that a file that fails midway prints nothing.
    for label, text in list(status()):
        print(f"{label:<10} {printable(text)}")


# A text that begins with a comment (--) is a query, not an option.
@verb("sql", context_settings={"ignore_unknown_options": True})
@click.argument("query", required=False)
@click.option("-f", "--file", "file", metavar="FILE", help="Read the query from a file; - is standard input.")
@rows_format
@database_option
def sql(query: str | None, file: str | None, form: str) -> None:
    """Answer a query in DuckDB's SQL, read-only.

    QUERY is one question, such as "from marts.trade_totals"; with - or a pipe it is read from standard input. The
    schemas are marts (for analysis), printed (the report's tables and figures), page (what our page adds) and audit
    (the verdicts); "atp describe" lists what is in them. The query can also read a CSV or Parquet file of your own.

    A terminal gets a table that fits, or one column per line; a pipe or a file gets every row and column.
    """
    from atp_trade import sql as module

    text = module.read_query(query, file)
    module.refuse_pipes()
    module.sql(text, form)


@verb("ask")
@click.argument("question", required=False)
@click.option("--sql", "as_sql", is_flag=True, help="Write the question's SQL instead of its answer.")
@rows_format
@database_option
def ask(question: str | None, as_sql: bool, form: str) -> None:
    """Answer one of the worked questions by name; without a name, list them."""
    from atp_trade.ask import ask

    ask(question, as_sql, form)


@verb("describe")
@click.argument("name", required=False)
@database_option
def describe(name: str | None) -> None:
    """Describe the relations, one relation, or a column.

    NAME is a relation (marts.trade_totals, or trade_totals), a schema (marts), or a column (coverage_ratio). Without
    it, every relation is listed with one sentence.
    """
    from atp_trade.describe import describe

    describe(name)


@verb("export")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FILE_FORMATS),
    default=None,
    help="The format of the files.  [default: parquet]",
)
@database_option
def export(folder: Path | None, form: str | None) -> None:
    """Write the marts into a folder, for any tool.

    Each mart becomes a file, or a sheet of a workbook. A datapackage.json (Frictionless Data Package) describes the
    schema, keys, units, sources, licence and build. FOLDER defaults to export/FORMAT. It appears only when complete,
    and replaces an older export; a folder that contains anything else is refused.
    """
    from atp_trade.outlets.export import export

    if folder == Path():
        raise AtpError("the working folder is not for an export: name a folder in it")
    if form is None and folder is not None and str(folder).lower() in FILE_FORMATS:
        raise AtpError(
            f"{folder} is a format: write `atp export --format {str(folder).lower()}`, or ./{folder} for a folder of "
            "that name"
        )
    if folder is not None and folder.suffix.lower().removeprefix(".") in FILE_FORMATS:
        raise AtpError(f"{folder} is the name of a file: name a folder, which gets a file or sheet for each mart")
    print(export(form or "parquet", folder))


@verb("report")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="The folder to write.  [default: site]")
@click.option("--address", metavar="URL", help="Where the page will be on the web, for links, citations and previews.")
@click.option("--repository", metavar="URL", help="Where the project is on the web, for the page to link to.")
@database_option
def report(folder: Path | None, address: str | None, repository: str | None) -> None:
    """Write the report as a web page: figures, tables and verdicts.

    The page needs no server and no network: open its index.html, or put the folder on any web host. `make report`
    installs what this needs.
    """
    from atp_trade.pages.web import write_report

    print(f"wrote {write_report(folder, address, repository)}")


@verb("build")
@click.option("--force", is_flag=True, help="Build even if the published file is current.")
@database_option
def build(force: bool) -> None:
    """Build the warehouse, run every test, and publish the file if all pass.

    The work is done beside the published file. A build that fails or is interrupted leaves that file as it was. If
    nothing has changed that the file was built from, nothing is done.
    """
    from atp_trade.fingerprint import current, in_words
    from atp_trade.places import file_to_read, project_folder

    # Looked at here first, because what builds imports DuckDB, which takes longer than the look.
    project, published = project_folder(), file_to_read()
    if not force and (record := current(project, published)):
        print(in_words(published, record))
        return
    from atp_trade.build import build

    print(build(force=force))


@atp.group("load", no_args_is_help=True, epilog=f"Example: {OTHER['load']}")
def load() -> None:
    """Load what the Census Bureau has published since the report; the next build reads it.

    What is loaded is kept as it came in the project's folder data, whole or not at all, and never overwritten: a
    revision is a new version. docs/load.md has what is asked, and what to do when a load fails.
    """


@load.command("goods", epilog="Example: atp load goods --file country.xlsx")
@click.option("--file", "file", type=click.Path(path_type=Path), help="A copy of it, XLSX or CSV.")
def load_goods(file: Path | None) -> None:
    """Load goods trade by country and month, without a key.

    It is the Bureau's country.xlsx, from its address (or CENSUS_GOODS_URL) or from a file of that layout.
    """
    from atp_trade.load.goods import load_goods

    for line in load_goods(file):
        print(line)


@load.command("atp", epilog="Example: atp load atp --from 2010-01")
@click.option("--from", "first", default="2010-01", show_default=True, metavar="MONTH", help="The first month.")
@click.option("--to", "last", metavar="MONTH", help="The last month.  [default: the newest that is published]")
@click.option("--flow", type=click.Choice(("exports", "imports")), help="One flow.  [default: both]")
@click.option("--dry-run", is_flag=True, help="Say what would be asked, and ask nothing.")
@click.option("--again", is_flag=True, help="Ask for every month, also for those that are there.")
def load_atp(first: str, last: str | None, flow: str | None, dry_run: bool, again: bool) -> None:
    """Load ATP trade by technology, partner and month from the Bureau's API.

    The key is in CENSUS_API_KEY, or in the file ~/.config/atp-trade/census_api_key that only you can read. Asked for is
    what is missing, and what a yearly revision may have changed since; a load that was stopped goes on where it was.
    CENSUS_API_URL names another address than https://api.census.gov/data.
    """
    from atp_trade.load.atp import load_atp

    for line in load_atp(first, last, flow, dry_run=dry_run, again=again):
        print(line)


@load.command("lists", epilog="Example: atp load lists impatp22.txt expatp22.txt")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--from", "first", type=int, metavar="YEAR", help="The first year to ask for.  [default: 2010]")
@click.option("--to", "last", type=int, metavar="YEAR", help="The last year to ask for.  [default: this year]")
@click.option("--flow", type=click.Choice(("exports", "imports")), help="The flow of FILE, if its name has none.")
@click.option("--year", type=int, help="The year of FILE, if its name has none.")
@click.option("--dry-run", is_flag=True, help="Say what would be asked, and ask nothing.")
@click.option("--again", is_flag=True, help="Ask for every year, also for those that are there.")
def load_lists(
    files: tuple[Path, ...],
    first: int | None,
    last: int | None,
    flow: str | None,
    year: int | None,
    dry_run: bool,
    again: bool,
) -> None:
    """Load the Bureau's lists of advanced technology products, without a key.

    There is one for each flow and year. FILE is such a list, as impatp22.txt, or a concordance of all products, as
    expconcord22.xlsx. Without it, those that are missing are asked for, and those of the last two years, which may
    still change. CENSUS_LISTS_URL names another address than the Bureau's.
    """
    from atp_trade.load.lists import load_lists

    for line in load_lists(files, first, last, flow=flow, year=year, dry_run=dry_run, again=again):
        print(line)


@load.command("products", epilog="Example: atp load products --from 2024-01 --flow imports")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--from", "first", metavar="MONTH", help="The first month to ask for.  [default: 2010-01]")
@click.option("--to", "last", metavar="MONTH", help="The last month.  [default: the newest that is published]")
@click.option("--flow", type=click.Choice(("exports", "imports")), help="One flow.  [default: both]")
@click.option("--dry-run", is_flag=True, help="Say what would be asked, and ask nothing.")
@click.option("--again", is_flag=True, help="Ask for every month, also for those that are there.")
def load_products(
    files: tuple[Path, ...], first: str | None, last: str | None, flow: str | None, dry_run: bool, again: bool
) -> None:
    """Load trade by product (ten-digit code), partner and month, from the Bureau's API or from files.

    FILE is Parquet or CSV with the columns flow, month, product_code, country_code, value_usd and, if you have them,
    quantity and quantity_unit; docs/load.md describes them. Files of one call are loaded all or not at all.

    Without FILE, the API is asked for the chapters of products that a list has, month by month, as `atp load atp` does,
    with the same key.
    """
    from atp_trade.load.products import load_products

    for line in load_products(files, first, last, flow, dry_run=dry_run, again=again):
        print(line)


@verb("synthesize")
@click.option("--rows", required=True, metavar="NUMBER", help="Rows of trade to make up, to within one percent.")
@click.option("--seed", default="1", show_default=True, metavar="NUMBER", help="Another seed, other rows.")
def synthesize(rows: str, seed: str) -> None:
    """Make up trade by product, to try the warehouse at its full size.

    It goes into the project's folder synthetic, with made-up lists, and replaces what was made up before. Codes, names
    and sources say that it is no data. The same numbers make the same rows. `atp build --synthetic` builds from it;
    docs/scale.md says what it resembles.
    """
    from atp_trade.synthesize import synthesize

    for line in synthesize(rows, seed):
        print(line)


@verb("pages")
@database_option
def pages() -> None:
    """Write docs/audit.md, docs/dictionary.md and the counts in README.md from the published file."""
    from atp_trade.pages import audit, dictionary

    audit.check_readme()
    for write in (audit.write_audit_page, dictionary.write_dictionary, audit.write_counts):
        print(f"wrote {write()}")


@verb("mirror")
@click.argument("address", envvar=ADDRESS_VARIABLE)
@click.option(
    "--schema", default="marts", show_default=True, help="The schema to create, or to replace if it is a mirror."
)
@database_option
def mirror(address: str, schema: str) -> None:
    """Copy the marts into a PostgreSQL database.

    ADDRESS is postgresql://user@host:port/database; missing parts come from PGHOST, PGUSER and so on, and the password
    is best kept in ~/.pgpass or PGPASSWORD. New tables replace the old ones in one transaction: readers see either the
    old marts or the new ones, grants are kept, and a copy that fails changes nothing. `make mirror DATABASE=...`
    installs what this needs.
    """
    try:
        from atp_trade.outlets.mirror import mirror
    except ImportError as error:
        raise AtpError("PostgreSQL's client is not installed here: `make mirror DATABASE=...` installs it") from error
    print(f"mirrored {mirror(address, schema)}")


@verb("superset")
@click.argument("bundle", required=False, type=click.Path(path_type=Path))
@click.option("--database", type=click.Path(path_type=Path), help="The published file's path on Superset's machine.")
@database_option
def superset(bundle: Path | None, database: Path | None) -> None:
    """Write a ZIP file for Apache Superset: connection, datasets, charts, dashboard.

    BUNDLE defaults to build/atp_trade_superset.zip. A second import replaces the first; docs/connect.md has the
    commands.
    """
    from atp_trade.outlets.superset import write_bundle

    print(f"wrote {write_bundle(bundle, database)}")


@verb("build-spark")
def build_spark() -> None:
    """Build and test the same warehouse on Apache Spark.

    Without SPARK_HOST, a cluster of two workers runs on this machine during the build (Java 17 or newer is needed); its
    tables are kept in build/spark. With SPARK_HOST and SPARK_PORT, the tables are built on the Thrift server there, in
    a database for each schema (marts, seeds and so on; SPARK_SCHEMA=atp: atp_marts, atp_seeds), as SPARK_USER with the
    password in DBT_ENV_SECRET_SPARK_PASSWORD. `make build-spark` installs what this needs.
    """
    from atp_trade.outlets.spark import build_spark

    print(f"built on Spark; the tables are in {build_spark()}")


def main() -> None:
    """Entry point of `atp`: an error that the user can correct is one sentence and exit code 1."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or Path(os.devnull).open("w")  # noqa: SIM115 - for as long as we run
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, stream)
    # SIGTERM and a closed terminal stop us like Ctrl-C, so that what we started is stopped too; nohup is respected.
    for stop in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(stop) != signal.SIG_IGN:
            signal.signal(stop, signal.default_int_handler)
    try:
        try:
            for argument in sys.argv:
                argument.encode()
            if instruction := os.environ.get(COMPLETION_VARIABLE):
                sys.exit(click.shell_completion.shell_complete(atp, {}, "atp", COMPLETION_VARIABLE, instruction))
            # Not click's own main, which uses other words and exit codes for Ctrl-C and for a closed pipe.
            with atp.make_context("atp", sys.argv[1:]) as context:
                atp.invoke(context)
        finally:
            sys.stdout.flush()
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except AtpError as error:
        from atp_trade.table import printable_lines

        print(f"atp: {printable_lines(str(error))}", file=sys.stderr)
        sys.exit(1)
    except MemoryError:
        print("atp: out of memory: ask for less, or give the process more", file=sys.stderr)
        sys.exit(1)
    except UnicodeEncodeError as error:
        print(f"atp: the argument {error.object!r} is not UTF-8: write it in UTF-8", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        # The reader of our output has closed it, as `head` does, or its disk is full; nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            what = f"use {error.filename}" if error.filename else "write the output"
            print(f"atp: cannot {what}: {error.strerror}", file=sys.stderr)
        sys.exit(1)
