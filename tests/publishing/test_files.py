"""Files and folders appear whole or not at all, and nothing of anyone else's is touched."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from atp_trade import AtpError, files
from atp_trade.files import rights, whole_file, whole_folder

WRITE = """
import sys
from pathlib import Path
from atp_trade.files import whole_folder

def write(path, text):
    with whole_folder(path, lambda folder: (folder / "ours").exists()) as beside:
        (beside / "ours").write_text(text)
"""


def is_ours(folder: Path) -> bool:
    return {path.name for path in folder.iterdir()} == {"ours"}


def write(folder: Path, text: str) -> None:
    with whole_folder(folder, is_ours) as beside:
        (beside / "ours").write_text(text)


def tree(folder: Path) -> dict[str, str | None]:
    """What is below a folder: the text of files, None for folders."""
    return {str(path.relative_to(folder)): path.read_text() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture
def dead_process() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


@pytest.mark.parametrize("name", ["out", "Größe [1] it's*", ".hidden"])
def test_a_folder_takes_the_place_of_an_older_one(tmp_path: Path, name: str) -> None:
    for text in ("first", "second"):
        write(tmp_path / "new" / name, text)
        assert tree(tmp_path / "new") == {name: None, f"{name}/ours": text}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", "text")
    assert tree(tmp_path) == {"out": None, "out/ours": "text"}


@pytest.mark.parametrize("files", [["out"], ["out/theirs"], ["out/ours", "out/theirs"]])
def test_what_is_not_ours_is_refused_and_kept(tmp_path: Path, files: list[str]) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / file).write_text("precious")
    before = tree(tmp_path)
    with pytest.raises(AtpError, match="holds something else: move it away, or name another folder"):
        write(tmp_path / "out", "text")
    assert tree(tmp_path) == before


def test_a_file_that_comes_while_we_write_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    with pytest.raises(AtpError, match="holds something else"), whole_folder(tmp_path / "out", is_ours):
        (tmp_path / "out" / "theirs").write_text("precious")
    assert tree(tmp_path) == {"out": None, "out/ours": "first", "out/theirs": "precious"}


def test_a_failure_leaves_the_old_folder_and_the_old_file(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    (tmp_path / "file").write_text("first")
    before = tree(tmp_path)
    with pytest.raises(AtpError, match=r"cannot write .*/out: No space left"), whole_folder(tmp_path / "out", is_ours):
        raise OSError(28, "No space left on device")
    with pytest.raises(KeyboardInterrupt), whole_file(tmp_path / "file") as beside:
        beside.write_text("half")
        raise KeyboardInterrupt
    assert tree(tmp_path) == before


def test_what_the_dead_left_is_removed_and_what_the_living_write_is_not(tmp_path: Path, dead_process: int) -> None:
    """A dead process may have had our number, as the first process of a container always has."""
    for process in (dead_process, os.getpid(), os.getppid()):
        for name in (f".out.{process}.unfinished", f".out.a.{process}.unfinished"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "half").write_text("")
    write(tmp_path / "out", "text")
    assert {path.name for path in tmp_path.iterdir()} == {
        "out",
        f".out.{os.getppid()}.unfinished",
        *(f".out.a.{process}.unfinished" for process in (dead_process, os.getpid(), os.getppid())),
    }


def test_the_folder_of_one_killed_between_its_renames_comes_back(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    code = f"""{WRITE}
import os, signal
rename = Path.rename
def rename_or_die(self, target):
    if self.name.endswith("unfinished"):
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.rename = rename_or_die
write(Path(sys.argv[1]), "second")
"""
    killed = subprocess.run([sys.executable, "-c", code, tmp_path / "out"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    with pytest.raises(KeyError), whole_folder(tmp_path / "out", is_ours):
        raise KeyError
    assert tree(tmp_path) == {"out": None, "out/ours": "first"}


def test_many_at_once_all_succeed_and_the_folder_is_whole(tmp_path: Path) -> None:
    code = f"""{WRITE}
for number in range(5):
    write(Path(sys.argv[1]), str(number))
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path / "out"], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [(writer.communicate()[1], writer.returncode) for writer in writers] == [("", 0)] * 3
    assert tree(tmp_path) == {"out": None, "out/ours": "4"}


def test_a_folder_that_another_writer_replaces_meanwhile_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "old").mkdir(mode=0o750)
    once = iter([FileNotFoundError("moved away")])
    rights = files.rights

    def moved(path: Path) -> files.Rights:
        for error in once:
            raise error
        return rights(path)

    monkeypatch.setattr(files, "rights", moved)
    files.inherit(tmp_path / "new", tmp_path / "old")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o750
    monkeypatch.setattr(files.time, "sleep", lambda _: None)
    with pytest.raises(FileNotFoundError):
        files.inherit(tmp_path / "new", tmp_path / "nowhere")


def test_what_its_writer_has_just_removed_is_no_leftover(tmp_path: Path) -> None:
    assert not files.is_own(tmp_path / ".out.1.unfinished")


# A group that a file may be given to here: any for the superuser, else one more that the user is in.
OTHER_GROUP = 33 if os.geteuid() == 0 else next((group for group in os.getgroups() if group != os.getegid()), None)
NOBODY = 65534


def owned(path: Path) -> tuple[int, int, str]:
    found = path.stat()
    return found.st_uid, found.st_gid, f"{stat.S_IMODE(found.st_mode):o}"


def write_file(path: Path, text: str) -> None:
    with whole_file(path) as beside:
        beside.write_text(text)


def closed(path: Path, mode: int) -> Path:
    """Take a file or a folder away from others, but for a group."""
    if OTHER_GROUP is None:
        pytest.skip("this user is in no second group")
    os.chown(path, -1, OTHER_GROUP)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o640, 0o444, 0o600, 0o664, 0o2750])
def test_a_new_file_has_the_group_and_the_mode_of_the_old_one(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file"
    path.write_text("first")
    before = owned(closed(path, mode))
    assert before[1:] == (OTHER_GROUP, f"{mode:o}")
    write_file(path, "second")
    assert (owned(path), path.read_text()) == (before, "second")


@pytest.mark.parametrize(
    ("folder_mode", "file_mode"), [(0o2750, 0o640), (0o700, 0o600), (0o750, 0o444), (0o2775, 0o664)]
)
def test_a_new_folder_and_its_files_have_the_group_and_the_mode_of_the_old_ones(
    tmp_path: Path, folder_mode: int, file_mode: int
) -> None:
    out = tmp_path / "out"

    def write_all(*names: str) -> None:
        with whole_folder(out, lambda folder: (folder / "ours").exists()) as beside:
            (beside / "data").mkdir()
            for name in names:
                (beside / name).write_text("text")

    write_all("ours", "data/a")
    for path in sorted(out.rglob("*")):
        closed(path, folder_mode if path.is_dir() else file_mode)
    closed(out / "data" / "a", 0o400)
    closed(out, folder_mode)
    write_all("ours", "data/a", "data/new")
    folder, file = f"{folder_mode:o}", f"{file_mode:o}"
    found = {str(path.relative_to(tmp_path)): owned(path)[1:] for path in [out, *out.rglob("*")]}
    new = found.pop("out/data/new")
    assert found == {
        "out": (OTHER_GROUP, folder),
        "out/data": (OTHER_GROUP, folder),
        "out/ours": (OTHER_GROUP, file),
        "out/data/a": (OTHER_GROUP, "400"),
    }
    assert new in {(OTHER_GROUP, file), (OTHER_GROUP, "400")}


def test_what_comes_into_an_empty_folder_is_as_closed_as_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    closed(tmp_path / "out", 0o750)
    write(tmp_path / "out", "text")
    assert owned(tmp_path / "out")[1:] == (OTHER_GROUP, "750")
    group, mode = owned(tmp_path / "out" / "ours")[1:]
    assert (group, int(mode, 8) & 0o007) == (OTHER_GROUP, 0)


def test_what_replaces_nothing_has_the_mode_that_files_have_here_and_the_group_of_a_folder_that_hands_it_on(
    tmp_path: Path,
) -> None:
    closed(tmp_path, 0o2755)
    umask = os.umask(0o027)
    try:
        write_file(tmp_path / "file", "text")
        write(tmp_path / "out", "text")
    finally:
        os.umask(umask)
    assert [owned(tmp_path / name)[1:] for name in ("file", "out", "out/ours")] == [
        (OTHER_GROUP, "640"),
        (OTHER_GROUP, "2750"),
        (OTHER_GROUP, "640"),
    ]


def test_until_it_is_whole_a_new_file_or_folder_is_closed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("first")
    write(tmp_path / "out", "first")
    with whole_file(tmp_path / "file") as file, whole_folder(tmp_path / "out", is_ours) as folder:
        assert (owned(file)[2], owned(folder)[2]) == ("600", "700")
        (folder / "ours").write_text("second")


def test_attributes_and_access_lists_are_kept(tmp_path: Path) -> None:
    # Read and write for the owner, read for user 65533, none for others.
    entries = [(1, 6, -1), (2, 4, 65533), (4, 0, -1), (16, 4, -1), (32, 0, -1)]
    numbers = b"".join(
        tag.to_bytes(2, "little") + bits.to_bytes(2, "little") + (who & 0xFFFFFFFF).to_bytes(4, "little")
        for tag, bits, who in entries
    )
    access = (2).to_bytes(4, "little") + numbers
    write(tmp_path / "out", "first")
    (tmp_path / "file").write_text("first")
    try:
        for path in (tmp_path / "file", tmp_path / "out" / "ours"):
            os.setxattr(path, "user.origin", b"a survey")
            os.setxattr(path, "system.posix_acl_access", access)
        os.setxattr(tmp_path / "out", "system.posix_acl_default", access)
    except (OSError, AttributeError):
        pytest.skip("this disk has no access lists")
    paths = [tmp_path / name for name in ("file", "out", "out/ours")]
    before = [rights(path) for path in paths]
    assert before[0].attributes == {"user.origin": b"a survey", "system.posix_acl_access": access}
    write_file(tmp_path / "file", "second")
    write(tmp_path / "out", "second")
    assert [rights(path) for path in paths] == before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the superuser, to be somebody else")
@pytest.mark.parametrize(("owner", "group"), [(NOBODY, 33), (0, NOBODY), (0, 33)])
@pytest.mark.parametrize("writing", [write_file, write])
def test_what_cannot_be_kept_is_refused_before_anything_is_replaced(
    tmp_path: Path, owner: int, group: int, writing: Callable[[Path, str], None]
) -> None:
    writing(tmp_path / "out", "first")
    for path in [tmp_path, *tmp_path.rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    os.chown(tmp_path / "out", owner, group)
    before = {path: owned(path) for path in tmp_path.rglob("*")}
    said, say = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.chdir(tmp_path)
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            writing(Path("out"), "second")
        except BaseException as error:
            os.write(say, str(error).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(say)
    sentence = os.read(said, 10_000).decode()
    os.close(said)
    mode = before[tmp_path / "out"][2]
    assert sentence == (
        f"cannot replace out and keep its owner, group and mode ({owner}:{group}, {mode}): "
        "do it as a user who may set them, or move it away"
    )
    assert {path: owned(path) for path in tmp_path.rglob("*")} == before
    assert set(tree(tmp_path).values()) <= {None, "first"}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the superuser, to write for somebody else")
def test_the_superuser_leaves_a_file_and_a_folder_to_their_owner(tmp_path: Path) -> None:
    write_file(tmp_path / "file", "first")
    write(tmp_path / "out", "first")
    for path in tmp_path.rglob("*"):
        os.chown(path, NOBODY, 33)
    write_file(tmp_path / "file", "second")
    write(tmp_path / "out", "second")
    assert tree(tmp_path) == {"file": "second", "out": None, "out/ours": "second"}
    assert {owned(path)[:2] for path in tmp_path.rglob("*")} == {(NOBODY, 33)}


@pytest.mark.parametrize("name", [".out.{}.unfinished", ".out.{}.unfinished.old"])
@pytest.mark.parametrize("writing", [write_file, write])
def test_a_link_in_the_place_of_what_the_dead_left_is_not_followed(
    tmp_path: Path, dead_process: int, name: str, writing: Callable[[Path, str], None]
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "ours").write_text("precious")
    work = tmp_path / "work"
    work.mkdir()
    link = work / name.format(dead_process)
    link.symlink_to(theirs)
    writing(work / "out", "text")
    assert tree(theirs) == {"ours": "precious"}
    assert not (work / "out").is_symlink() and link.is_symlink()


@pytest.mark.parametrize("target", ["theirs", "theirs/ours", "nothing"])
@pytest.mark.parametrize("writing", [write_file, write])
def test_a_link_under_the_hidden_name_is_refused(
    tmp_path: Path, target: str, writing: Callable[[Path, str], None]
) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "ours").write_text("precious")
    work = tmp_path / "work"
    work.mkdir()
    link = work / f".out.{os.getpid()}.unfinished"
    link.symlink_to(tmp_path / target)
    with pytest.raises(AtpError, match=r"cannot write .*out: .*unfinished is not ours, move it away"):
        writing(work / "out", "text")
    assert tree(tmp_path / "theirs") == {"ours": "precious"}
    assert [path.name for path in work.iterdir()] == [link.name]
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_a_disk_that_fills_up_under_duckdb_is_one_sentence(small_disk: Path, form: str) -> None:
    folder = small_disk / 'Größe "1"'
    write(folder, "first")
    with (small_disk / "filler").open("wb") as filler:
        filler.write(b"x" * (shutil.disk_usage(small_disk).free - 100_000))
    rows = "select range, hash(range) from range(100000)"
    with pytest.raises(AtpError) as refused, whole_folder(folder, is_ours) as beside:
        duckdb.execute(f"copy ({rows}) to '{beside / 'rows'}' (format {form})")
    assert str(refused.value) == f"cannot write {folder}: No space left on device"
    assert tree(small_disk / 'Größe "1"') == {"ours": "first"}


def test_what_duckdb_says_of_anything_else_is_left_to_others(tmp_path: Path) -> None:
    with pytest.raises(duckdb.CatalogException), whole_folder(tmp_path / "out", is_ours):
        duckdb.execute("from nowhere")
    assert tree(tmp_path) == {}
