"""Files and folders appear whole or not at all, and nothing of anyone else's is touched."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from atp_trade import AtpError
from atp_trade.files import whole_file, whole_folder

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
