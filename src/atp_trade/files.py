"""Files and folders that appear whole or not at all: written beside their place, and renamed into it when complete."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    if path.exists() and not (path.is_dir() and (is_ours(path) or not any(path.iterdir()))):
        raise AtpError(f"{path} holds something else: move it away, or name another folder")
    with unfinished(path) as beside:
        beside.mkdir()
        yield beside
        for file in beside.rglob("*"):
            flush(file)
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
        shutil.rmtree(aside, ignore_errors=True)
        flush(path.parent)


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """A free name beside `path`, on its file system; what has it afterwards is removed, as is what the dead left."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f".{path.name}.*.unfinished*"):
            if is_running(left.name.removeprefix(f".{path.name}.").split(".")[0]):
                continue
            if left.name.endswith(OLD) and not path.exists():
                left.rename(path)
            remove(left)
        beside = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
        try:
            yield beside
        finally:
            remove(beside)
    except OSError as error:
        raise AtpError(f"cannot write {path}: {error.strerror}") from error


def is_running(process_id: str) -> bool:
    """Whether the process of this number is there."""
    try:
        os.kill(int(process_id), 0)
    except (ProcessLookupError, ValueError):
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
