"""Files and folders that appear complete or not at all: written beside their place, and then renamed into it."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import duckdb

from atp_trade import AtpError
from atp_trade.places import find_project, is_read_by_dbt, without_links

OLD = ".old"
# How often an old folder is read, while other writers replace it.
ATTEMPTS = 50
# Extended attributes that are the user's own, ACLs among them; the others are the system's, and it sets them.
KEPT_ATTRIBUTES = ("user.", "system.posix_acl_")


class Rights(NamedTuple):
    """Who a file or a folder belongs to, and what others may do with it."""

    owner: int
    group: int
    mode: int
    attributes: dict[str, bytes]


def path_to_write(named: Path | None, usual: Path) -> Path:
    """Where a command writes anything but the published file, links followed. AtpError if dbt reads that folder.

    Without a name, it is the usual place in the project's folder, or in the working folder outside a project.
    """
    path = without_links(named or (find_project() or Path.cwd()) / usual)
    projects = (folder for folder in path.parents if (folder / "dbt_project.yml").is_file())
    if any(is_read_by_dbt(project, path) for project in projects):
        raise AtpError(f"cannot write {path}: dbt reads that folder; name another one")
    return path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to; when the block ends, that file replaces `path` and takes over its rights.

    AtpError if that cannot be done.
    """
    with unfinished(path) as beside:
        # Never one that exists already, such as a link; closed to others, as what it replaces may be.
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if path.exists() else 0o666))
        if path.exists():
            check_rights(beside, path)
        yield beside
        if path.exists():
            give(beside, rights(path), path)
        flush(beside)
        beside.replace(path)
        flush(path.parent)


@contextmanager
def whole_folder(path: Path, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A new folder to fill; when the block ends, it replaces `path` and takes over its rights.

    AtpError if that cannot be done, or if `path` exists, is not empty, and is not one that we wrote.
    """
    with unfinished(path) as beside:
        check_ours(path, is_ours)
        beside.mkdir(0o700 if path.exists() else 0o777)
        if path.exists():
            check_rights(beside, path)
        yield beside
        if path.exists():
            inherit(beside, path)
        for written in (*beside.rglob("*"), beside):
            flush(written)
        with held(path.parent):
            check_ours(path, is_ours)
            # A folder cannot be renamed over one that has files: the old one steps aside between two renames.
            aside = beside.with_name(beside.name + OLD)
            try:
                if path.exists():
                    path.rename(aside)
                beside.rename(path)
            except BaseException:
                if aside.exists() and not path.exists():
                    aside.rename(path)
                raise
            # Only a complete folder is ever called old, so that it may be restored.
            if aside.exists():
                aside.rename(beside)
        flush(path.parent)


def rights(path: Path) -> Rights:
    """The rights of a file or a folder; where the system has no extended attributes, without these."""
    found = path.stat()
    attributes = {}
    # Not every system has them, nor every disk.
    with suppress(AttributeError, OSError):
        names = [name for name in os.listxattr(path) if name.startswith(KEPT_ATTRIBUTES)]
        attributes = {name: os.getxattr(path, name) for name in names}
    return Rights(found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode), attributes)


def give(new: Path, wanted: Rights, old: Path) -> None:
    """Give a new file or folder the rights of the old one that it is to replace. AtpError if we may not."""
    # Whether it was done shows in the result: a mode that is not ours to give is silently dropped.
    with suppress(OSError):
        has = rights(new)
        if has[:2] != wanted[:2]:
            os.chown(new, wanted.owner, wanted.group)
        for name in has.attributes.keys() - wanted.attributes.keys():
            os.removexattr(new, name)
        for name, value in wanted.attributes.items():
            os.setxattr(new, name, value)
        new.chmod(wanted.mode)
    if rights(new) != wanted:
        raise AtpError(
            f"cannot replace {old} and keep its owner, group and mode ({wanted.owner}:{wanted.group}, "
            f"{wanted.mode:o}): do it as a user who may set them, or move it away"
        )


def check_rights(new: Path, old: Path) -> None:
    """Refuse to start what could not get the rights of what it replaces; until complete, it is closed to others."""
    give(new, rights(old), old)
    new.chmod(0o700 if new.is_dir() else 0o600)


def inherit(new: Path, old: Path) -> None:
    """Give a new folder the old one's rights, and each file and folder in it those of what it replaces.

    What replaces nothing gets the rights of its like in the old folder. If there is none, it gets the folder's owner
    and group, and nobody may do more with it than with the folder.
    """
    for left in reversed(range(ATTEMPTS)):
        try:
            return inherit_from(new, old)
        except FileNotFoundError:
            # Another writer is replacing the old folder: the one that it puts there counts.
            if not left:
                raise
            time.sleep(0.02)


def inherit_from(new: Path, old: Path) -> None:
    """The same from an old folder that stays as it is. FileNotFoundError if it does not."""
    like = {path.is_dir(): rights(path) for path in sorted(old.rglob("*"), reverse=True)}
    folder = rights(old)
    for path in new.rglob("*"):
        replaced = old / path.relative_to(new)
        if replaced.exists() and replaced.is_dir() == path.is_dir():
            wanted = rights(replaced)
        elif path.is_dir():
            wanted = like.get(True, folder)
        else:
            has = rights(path)
            wanted = like.get(False, Rights(folder.owner, folder.group, has.mode & folder.mode, has.attributes))
        give(path, wanted, old)
    give(new, folder, old)


def check_ours(path: Path, is_ours: Callable[[Path], bool]) -> None:
    """Refuse to replace what is not ours, but for an empty folder."""
    if path.exists() and not (path.is_dir() and (is_ours(path) or not any(path.iterdir()))):
        raise AtpError(f"{path} holds something else: move it away, or name another folder")


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """A free name beside `path`, on its file system. Removes what has it at the end, and old leftovers."""
    if not path.name:
        raise AtpError(f"cannot write {path}: name a file or a folder in it")
    ending = f".{os.getpid()}.unfinished"
    beside = path.with_name(f".{path.name}{ending}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with held(path.parent):
            clear(path)
        if os.path.lexists(beside):
            raise AtpError(f"cannot write {path}: {beside} is not ours, move it away")
        try:
            yield beside
        finally:
            remove(beside)
    except OSError as error:
        raise AtpError(f"cannot write {path}: {error.strerror}") from error
    except duckdb.Error as error:
        # DuckDB writes files too, and names the one that it could not write, which is ours and hidden; the reason
        # follows the name. DuckDB 2 has both in JSON.
        reason = re.search(r'": ([^"]+)', str(error))
        if ending not in str(error) or reason is None:
            raise
        raise AtpError(f"cannot write {path}: {reason[1].splitlines()[0]}") from error


def clear(path: Path) -> None:
    """Remove what killed processes left beside `path`; restore the old folder of one killed between its two renames."""
    for left in path.parent.iterdir():
        match = re.fullmatch(rf"\.{re.escape(path.name)}\.(\d+)\.unfinished({re.escape(OLD)})?", left.name)
        if match is None or not is_own(left):
            continue
        if match[2] and not path.exists():
            left.rename(path)
        elif match[2] or not is_running(int(match[1])):
            remove(left)


def is_own(path: Path) -> bool:
    """Whether a file or a folder is one that we may have made: no link, no device, and nobody else's.

    The superuser gives what it writes to the owner of what it replaces.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        # Its writer has just removed it.
        return False
    return stat.S_IFMT(found.st_mode) in (stat.S_IFREG, stat.S_IFDIR) and os.geteuid() in (0, found.st_uid)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Lock a folder while what is in it is renamed: one process at a time."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems lock no folders: two exports at once may there fail with a sentence, no worse.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_running(process_id: int) -> bool:
    """Whether another process has this number; in a container, the killed one may have had ours."""
    if process_id == os.getpid():
        return False
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def remove(path: Path) -> None:
    """Remove a file, or a folder with everything in it, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.EROFS, errno.EACCES):
                raise


def flush(path: Path) -> None:
    """Wait until a file's or a folder's content is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
