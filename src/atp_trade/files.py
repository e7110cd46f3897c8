"""Files and folders that appear whole or not at all: written beside their place, and renamed into it when complete."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from atp_trade import AtpError

OLD = ".old"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Where to write a file that takes the place of `path` when the block ends. AtpError if that cannot be done."""
    with unfinished(path) as beside:
        yield beside
        flush(beside)
        beside.replace(path)
        flush(path.parent)


@contextmanager
def whole_folder(path: Path, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A new folder to fill, which takes the place of `path` when the block ends.

    AtpError if that cannot be done, or if `path` is there, not empty, and not one that we wrote.
    """
    with unfinished(path) as beside:
        check_ours(path, is_ours)
        beside.mkdir()
        yield beside
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
            # Only a whole folder is ever called old, so that it may come back.
            if aside.exists():
                aside.rename(beside)
        flush(path.parent)


def check_ours(path: Path, is_ours: Callable[[Path], bool]) -> None:
    """Refuse to replace what is not ours, but for an empty folder."""
    if path.exists() and not (path.is_dir() and (is_ours(path) or not any(path.iterdir()))):
        raise AtpError(f"{path} holds something else: move it away, or name another folder")


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """A free name beside `path`, on its file system; what has it afterwards is removed, as is what the dead left."""
    if not path.name:
        raise AtpError(f"cannot write {path}: name a file or a folder in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with held(path.parent):
            clear(path)
        beside = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
        try:
            yield beside
        finally:
            remove(beside)
    except OSError as error:
        raise AtpError(f"cannot write {path}: {error.strerror}") from error


def clear(path: Path) -> None:
    """Remove what the dead left beside `path`; the old folder of one that died between its two renames comes back."""
    for left in path.parent.iterdir():
        match = re.fullmatch(rf"\.{re.escape(path.name)}\.(\d+)\.unfinished({re.escape(OLD)})?", left.name)
        if match is None:
            continue
        if match[2] and not path.exists():
            left.rename(path)
        elif match[2] or not is_running(int(match[1])):
            remove(left)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder for as long as it takes to rename what is in it: one process at a time."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems lock no folders: two exports at once may there fail with a sentence, no worse.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_running(process_id: int) -> bool:
    """Whether another process of this number is there; in a container, the dead one may have had ours."""
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
    """Remove a file or a folder with all in it, if it is there."""
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
