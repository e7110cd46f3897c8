"""One build for every pytest of a checkout: the first makes it, the others copy it, as long as nothing has changed."""

import fcntl
import hashlib
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CACHES = shutil.ignore_patterns("__pycache__")


def files_below(path: Path) -> list[Path]:
    """A file itself, or the files of a folder but for Python's caches."""
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def digest(root: Path, names: Iterable[str], *more: str) -> str:
    """A digest of these files and folders of a folder, with some words more."""
    known = hashlib.sha256()
    for name in names:
        for file in files_below(root / name):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            known.update(f"{file.relative_to(root)}\0{content}\n".encode())
    known.update("\0".join(more).encode())
    return known.hexdigest()


def versions(lock_file: Path) -> Iterator[str]:
    """Python's version, and those that are installed of what a lock file names."""
    yield sys.version
    for name in re.findall(r"^([\w.-]+)==", lock_file.read_text(), re.MULTILINE):
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} is not installed"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder, made if it is missing, for one process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def place(kept: Path, key: str, folder: Path, make: Callable[[], None]) -> None:
    """Fill a new folder with the build that is kept under this key; without one, make it there and keep it.

    A build is kept in one folder, and beside it a file with its key and what it contained, written last: one that is of
    another key, cut off or changed since is made anew.
    """
    with locked(kept):
        project, stamp = kept / "project", kept / "stamp"
        if stamp.is_file() and stamp.read_text() == digest(kept, ["project"], key):
            shutil.copytree(project, folder)
            return
        stamp.unlink(missing_ok=True)
        shutil.rmtree(project, ignore_errors=True)
        make()
        shutil.copytree(folder, project, ignore=CACHES)
        stamp.write_text(digest(kept, ["project"], key))
