"""Build into a side file, test it there, and publish it when every test is green."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import duckdb

from atp_trade import AtpError
from atp_trade.dbt import MANIFEST, RUN_RESULTS, SHOWN_ROWS, check_files, failures, left_out, read_results, run_dbt, say
from atp_trade.files import check_rights
from atp_trade.fingerprint import current, fingerprint, in_words, keep, touched
from atp_trade.meta import build_facts, write_meta
from atp_trade.places import SYNTHETIC, data_folder, project_folder
from atp_trade.publish import check_not_mistaken, check_replaceable, check_room, publish, published_file, side_folder
from atp_trade.warehouse import as_dicts, first_line

# Less than a block of the database, or one write to dbt's log.
FULL_BYTES = 1_000_000


def build(*, force: bool = False) -> str:
    """Build, test and publish, unless the published file is current; return what was done, as a sentence.

    AtpError, and nothing published, if anything is red.
    """
    project = project_folder()
    published = published_file(project)
    check_replaceable(published)
    if (data := data_folder(project)).name == SYNTHETIC:
        check_not_mistaken(published, made_up=True)
        if not data.is_dir():
            raise AtpError(f"there is no {data}: make trade up with `atp synthesize --rows 1_000_000` first")
    check_files(project)
    with side_folder(published) as (folder, lock):
        # Another build may have made what this one waited for.
        if not force and (record := current(project, published)):
            return in_words(published, record)
        check_room(folder)
        if published.exists():
            with tempfile.NamedTemporaryFile(dir=folder) as probe:
                check_rights(Path(probe.name), published)
        side_file = folder / published.name
        target = folder / "target"
        for artefact in (RUN_RESULTS, MANIFEST):
            (target / artefact).unlink(missing_ok=True)
        before, written = fingerprint(project), touched(project)
        # Relative to the project, so that dbt's parse cache stays valid wherever the project's folder moves.
        settings = {"ATP_TRADE_DB": os.path.relpath(side_file, project)}
        try:
            returncode, messages = run_dbt(project, ["build"], lock, target, folder / "logs", settings)
        except KeyboardInterrupt:
            raise AtpError(f"interrupted; {published} is as it was") from None
        if returncode != 0:
            if shutil.disk_usage(folder).free < FULL_BYTES:
                raise AtpError(f"the disk of {folder.parent} is full, and {published} is as it was: make room there")
            problems = "\n".join(failures(target, messages, partial(first_rows, side_file)))
            raise AtpError(f"the build is red, and {published} is as it was\n{problems}")
        if sentence := left_out(target, read_results(target)):
            raise AtpError(f"{published} is as it was: {sentence}")
        say("checking every row before it is published")
        made_from = before if (fingerprint(project), touched(project)) == (before, written) else None
        facts = build_facts(project, target, made_from)
        publish(
            side_file,
            published,
            partial(write_meta, build=facts, target=target),
            partial(keep, published, build=facts),
        )
    changed = "" if made_from else "; files changed meanwhile: build again"
    return f"published {published}{changed}"


def first_rows(side_file: Path, sql: str) -> list[dict]:
    """The first rows of a query on the side file."""
    try:
        with duckdb.connect(str(side_file), read_only=True) as connection:
            return as_dicts(connection.sql(sql).limit(SHOWN_ROWS))
    except duckdb.Error as error:
        raise AtpError(first_line(str(error))) from error
