"""The command line: one function a verb, each a thin shell over the module of its name."""

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from atp_trade import AtpError
from atp_trade import audit_page as audit_page_module
from atp_trade import build as build_module
from atp_trade import export as export_module
from atp_trade import report as report_module
from atp_trade import spark as spark_module
from atp_trade import sql as sql_module
from atp_trade import status as status_module
from atp_trade import superset as superset_module
from atp_trade.__main__ import ADDRESS_VARIABLE

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown"
)


@app.callback()
def atp() -> None:
    """U.S. trade in advanced technology products: the warehouse's own commands."""


@app.command()
def build() -> None:
    """Build the warehouse beside the published file, run every test, and publish it if all are green.

    The published file is atp_trade.duckdb in the project's folder, or the path in ATP_TRADE_DB. A red or
    interrupted build leaves it as it was.
    """
    print(f"published {build_module.build()}")


@app.command()
def status() -> None:
    """Say what is published: when and from which commit it was built, which tests passed, sources, rows."""
    # All of it before the first line, so that a file that does not answer gives no half of it.
    for label, text in list(status_module.status()):
        print(f"{label:<10} {text}")


# What begins with a comment is a query, not an option.
@app.command(context_settings={"ignore_unknown_options": True})
def sql(
    query: Annotated[
        str,
        typer.Argument(help='A query in DuckDB\'s SQL, such as "from marts.trade_totals"; - for standard input.'),
    ],
    form: Annotated[sql_module.Format, typer.Option("--format", help="How to write the rows.")] = "table",
) -> None:
    """Ask the published file, read-only.

    Tables are in the schemas marts (for analysis), report (as the page prints them) and audit (does it hold?):
    atp status lists them, atp sql "describe marts.trade_totals" their columns.
    """
    sql_module.sql(sys.stdin.read() if query == "-" else query, form)


@app.command()
def export(
    folder: Annotated[Path | None, typer.Argument(help="Where to; export/FORMAT in the project if left out.")] = None,
    form: Annotated[export_module.Format, typer.Option("--format", help="The form of the files.")] = "parquet",
) -> None:
    """Write the public marts into a folder, for any tool: a file or a sheet each, and a datapackage.json.

    The Frictionless Data Package has the schema, keys, units, sources, licence and build. The folder appears whole,
    in the place of an older export; one that holds anything else is refused.
    """
    print(f"exported to {export_module.export(form, folder)}")


@app.command()
def audit_page() -> None:
    """Write docs/audit.md from the published file: every statement and number of the report with its verdict."""
    print(f"wrote {audit_page_module.write_audit_page()}")


@app.command()
def report(
    folder: Annotated[
        Path | None, typer.Option("--to", help="The folder to write into, instead of site in the project's.")
    ] = None,
) -> None:
    """Write the report as a page to look at: figures, tables and verdicts, from the published file.

    The page needs no server and asks no other address: open its index.html, or put the folder on any web host.
    """
    print(f"wrote {report_module.write_report(folder)}")


@app.command()
def mirror(
    address: Annotated[
        str,
        typer.Argument(
            envvar=ADDRESS_VARIABLE,
            help="postgresql://user@host:port/database; what is missing comes from PGHOST, PGUSER and so on.",
        ),
    ],
    schema: Annotated[str, typer.Option(help="The schema that is made, or replaced if it is a mirror.")] = "marts",
) -> None:
    """Copy the marts into a PostgreSQL database: fresh tables take the old ones' place in one transaction.

    Readers see the old marts or the new ones, whole; grants are kept; a copy that fails changes nothing. The password
    is best in ~/.pgpass or PGPASSWORD. `make mirror DATABASE=...` sets up what this command needs.
    """
    try:
        from atp_trade import mirror as mirror_module
    except ImportError as error:
        raise AtpError("PostgreSQL's client is not installed here: `make mirror DATABASE=...` installs it") from error
    print(f"mirrored {mirror_module.mirror(address, schema)}")


@app.command()
def build_spark() -> None:
    """Build the same warehouse on Apache Spark and run every test there.

    Without SPARK_HOST, a cluster of two workers is started on this machine for the time of the build (Java 17 or
    newer is needed); its tables stay in build/spark. With SPARK_HOST and SPARK_PORT, the tables are built on the
    Thrift server there, in the databases seeds, staging, marts, report and audit (SPARK_SCHEMA=atp: atp_seeds and so
    on), as SPARK_USER with the password in DBT_ENV_SECRET_SPARK_PASSWORD. `make build-spark` sets up what
    this command needs.
    """
    print(f"built on Spark; the tables are in {spark_module.build_spark()}")


@app.command()
def superset(
    bundle: Annotated[Path | None, typer.Argument(help="The ZIP file to write.")] = None,
    database: Annotated[Path | None, typer.Option(help="The published file's path on Superset's machine.")] = None,
) -> None:
    """Write a ZIP file for Apache Superset to import: connection, datasets, a chart for each figure, a dashboard.

    It goes to build/atp_trade_superset.zip unless named. A second import replaces the first; docs/connect.md has the
    commands.
    """
    print(f"wrote {superset_module.write_bundle(bundle, database)}")


def main() -> None:
    """Entry point of `atp`: errors that are the user's to mend are one sentence and exit code 1."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or Path(os.devnull).open("w")  # noqa: SIM115 - for as long as we run
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, stream)
    # SIGTERM and a closed terminal stop a build as Ctrl-C does, so that dbt is stopped too; nohup is respected.
    for stop in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(stop) != signal.SIG_IGN:
            signal.signal(stop, signal.default_int_handler)
    try:
        try:
            for argument in sys.argv:
                argument.encode()
            app()
        finally:
            sys.stdout.flush()
    except AtpError as error:
        print(f"atp: {error}", file=sys.stderr)
        sys.exit(1)
    except UnicodeEncodeError as error:
        print(f"atp: the argument {error.object!r} is not UTF-8: write it in UTF-8", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        # The reader of our output has seen enough, as `head` does, or its disk is full; nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            what = f"use {error.filename}" if error.filename else "write the output"
            print(f"atp: cannot {what}: {error.strerror}", file=sys.stderr)
        sys.exit(1)
