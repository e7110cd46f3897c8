"""An environment has what its lock files name, whatever the caller's settings are, and making it says how far it is."""

import base64
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from conftest import PROJECT, on_a_terminal

SET_UP = PROJECT / "scripts" / "make_venv.py"
PYTHON = getattr(sys, "_base_executable", sys.executable)


def write_wheel(folder: Path, name: str, version: str = "1.0", code: str = "") -> Path:
    """A wheel of one module, the same bytes whenever it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = {version!r}\n{code}",
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},sha256={digest(text)},{len(text)}\n" for path, text in files.items()]
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
        archive.writestr(zipfile.ZipInfo(f"{information}/RECORD"), "".join(record) + f"{information}/RECORD,,\n")
    return wheel


def digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def write_lock(path: Path, *wheels: Path) -> Path:
    """A lock file in the form that uv writes, with a package for other machines."""
    lines = ["nowhere==1.0 ; sys_platform == 'nowhere' \\", f"    --hash=sha256:{'0' * 64}"]
    for wheel in wheels:
        name, version = wheel.name.removesuffix(".tar.gz").split("-")[:2]
        lines += [f"{name}=={version} \\", f"    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"]
    path.write_text("\n".join([*lines, "    # via a test", ""]))
    return path


def clean() -> dict[str, str]:
    """The caller's variables without settings of pip and Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "CI"))}


class Place:
    """An environment, the lock files that it is made from, and the folder that their packages come from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels = folder / "wheels"
        self.environment = folder / "environment"
        self.locks = [self.lock("first")]

    def lock(self, *names: str) -> Path:
        return write_lock(self.folder / f"{names[0]}.txt", *(write_wheel(self.wheels, name) for name in names))

    def start(self, *locks: Path, **variables: str) -> subprocess.Popen[str]:
        sources = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.Popen(
            [PYTHON, SET_UP, self.environment, *self.locks, *locks],
            env={**clean(), **sources, **variables},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
        )

    def make(self, *locks: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        running = self.start(*locks, **variables)
        output, errors = running.communicate()
        if running.returncode == 0:
            self.locks += locks
        return subprocess.CompletedProcess(running.args, running.returncode, output, errors)

    @property
    def packages(self) -> Path:
        return next((self.environment / "lib").glob("python*/site-packages"))

    @property
    def stamp(self) -> Path:
        return self.environment / ".made-from.json"

    def has(self, module: str) -> bool:
        python = self.environment / "bin" / "python"
        return (
            subprocess.run([python, "-I", "-c", f"import {module}"], capture_output=True, check=False).returncode == 0
        )

    def copy(self, folder: Path) -> "Place":
        """The same elsewhere, to break; made anew it would take seconds."""
        copied = Place(folder)
        shutil.copytree(self.environment, copied.environment, symlinks=True)
        facts = json.loads(self.stamp.read_text())
        facts = {name: fact for name, fact in facts.items() if not name.endswith(".txt")}
        facts["folder"] = str(copied.environment)
        facts[str(copied.locks[0])] = hashlib.sha256(copied.locks[0].read_bytes()).hexdigest()
        copied.stamp.write_text(json.dumps(facts))
        return copied


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("environments"))
    outcome = made.make()
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert made.has("first")
    return made


def config(folder: Path, *lines: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pip.conf").write_text("\n".join(lines) + "\n")
    return str(folder / "pip.conf")


def user(folder: Path, *lines: str) -> dict[str, str]:
    """Where pip looks for the settings of a user."""
    config(folder / "settings" / "pip", *lines)
    return {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "settings"), "PIP_CONFIG_FILE": ""}


def same_packages_elsewhere(folder: Path, name: str) -> str:
    """A folder in which pip finds the package installed already."""
    with zipfile.ZipFile(write_wheel(folder / "wheel", name)) as wheel:
        wheel.extractall(folder)
    return str(folder)


# What a caller may have set, by the folder that it may use and the package that is to be installed.
REDIRECTIONS = {
    "target": lambda folder, name: {"PIP_TARGET": str(folder)},
    "prefix": lambda folder, name: {"PIP_PREFIX": str(folder)},
    "root": lambda folder, name: {"PIP_ROOT": str(folder)},
    "dry run": lambda folder, name: {"PIP_DRY_RUN": "1"},
    "user": lambda folder, name: {"PIP_USER": "1", "PYTHONUSERBASE": str(folder)},
    "another Python": lambda folder, name: {"PIP_PYTHON": sys.executable, "PIP_DRY_RUN": "1"},
    "one more requirement": lambda folder, name: {"PIP_REQUIREMENT": config(folder, "nowhere==2.0")},
    "constraint": lambda folder, name: {"PIP_CONSTRAINT": config(folder, f"{name}==2.0")},
    "file for pip": lambda folder, name: {"PIP_CONFIG_FILE": config(folder, "[install]", f"target = {folder}")},
    "file of the user": lambda folder, name: user(folder, "[global]", "dry-run = true", f"root = {folder}"),
    "PYTHONPATH": lambda folder, name: {"PYTHONPATH": same_packages_elsewhere(folder, name)},
}


@pytest.mark.parametrize("kind", REDIRECTIONS)
def test_no_setting_leaves_the_environment_without_its_packages(place: Place, tmp_path: Path, kind: str) -> None:
    name = f"redirected_by_{kind.replace(' ', '_').lower()}"
    variables = REDIRECTIONS[kind](tmp_path / "elsewhere", name)
    outcome = place.make(place.lock(name), **variables)
    assert outcome.returncode == 0, outcome.stderr
    assert place.has(name)


def simple_index(folder: Path, name: str) -> str:
    """A package index on the disk."""
    wheel = write_wheel(folder / "simple" / name.replace("_", "-"), name)
    (wheel.parent / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    return (folder / "simple").as_uri()


# Where packages may come from, beside the folder of the other tests, which is not named here.
SOURCES = {
    "index": lambda folder, name: {"PIP_INDEX_URL": simple_index(folder, name)},
    "further index": lambda folder, name: {
        "PIP_INDEX_URL": folder.as_uri(),
        "PIP_EXTRA_INDEX_URL": simple_index(folder, name),
    },
    "links": lambda folder, name: {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": f"{folder} {write_wheel(folder / 'links', name).parent}",
    },
    "index in a file": lambda folder, name: {
        "PIP_CONFIG_FILE": config(folder, "[global]", "quiet = 3", f"index-url = {simple_index(folder, name)}")
    },
    "index for installing in a file": lambda folder, name: {
        "PIP_CONFIG_FILE": config(
            folder,
            *("[install]", f"index_url = {simple_index(folder, name)}"),
            *("[global]", f"index-url = {folder.as_uri()}"),
        )
    },
    "variable before the file": lambda folder, name: {
        "PIP_CONFIG_FILE": config(folder, "[install]", f"index-url = {folder.as_uri()}"),
        "PIP_INDEX_URL": simple_index(folder, name),
    },
    "links in the user's file": lambda folder, name: user(
        folder, "[global]", "no-index = true", f"find-links = {write_wheel(folder / 'links', name).parent}"
    ),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_settings_that_say_where_packages_come_from_count(place: Place, tmp_path: Path, kind: str) -> None:
    name = f"source_{kind.replace(' ', '_').replace(chr(39), '')}"
    lock = write_lock(tmp_path / "source.txt", write_wheel(tmp_path / "unseen", name))
    no_source = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": ""}
    outcome = place.make(lock, **{**no_source, **SOURCES[kind](tmp_path, name)})
    assert outcome.returncode == 0, outcome.stderr
    assert place.has(name)


def test_settings_that_say_how_packages_are_fetched_reach_pip(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load()
    kept = {
        "PIP_PROXY": "http://proxy.example.org:3128",
        "PIP_CERT": "/certificate.pem",
        "PIP_CLIENT_CERT": "/client.pem",
        "PIP_CACHE_DIR": "/cache",
        "PIP_DEFAULT_TIMEOUT": "99",
        "PIP_RETRIES": "7",
        "PIP_TRUSTED_HOST": "one.example.org two.example.org",
    }
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    for name, value in {**kept, "PIP_TARGET": "/nowhere", "PIP_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    environment = module["pip_environment"](str(place.environment / "bin" / "python"))
    found = {name: value for name, value in environment.items() if name.startswith("PIP_")}
    assert found == {**kept, "PIP_CONFIG_FILE": os.devnull}


def load() -> dict:
    """The script as a module."""
    names = {"__name__": "make_venv", "__file__": str(SET_UP)}
    exec(compile(SET_UP.read_text(), SET_UP, "exec"), names)
    return names


@pytest.mark.parametrize("left_out", ["nothing is installed", "no record is left", "another version is there"])
def test_what_pip_did_not_do_is_no_success(place: Place, tmp_path: Path, left_out: str) -> None:
    broken = place.copy(tmp_path)
    if left_out != "nothing is installed":
        version = "2.0" if left_out == "another version is there" else "1.0"
        with zipfile.ZipFile(write_wheel(tmp_path / "other", "second", version)) as wheel:
            wheel.extractall(broken.packages)
    if left_out == "no record is left":
        (broken.packages / "second-1.0.dist-info" / "RECORD").unlink()
    # A pip that does nothing, and reports success.
    (broken.packages / "pip" / "__main__.py").write_text("")
    lock = broken.lock("second")
    outcome = broken.make(lock)
    assert outcome.returncode == 1
    assert outcome.stderr == (
        f"pip reported that it installed {lock}, but these are not in {broken.environment}: second==1.0; look for "
        "settings that put them elsewhere, then run make again\n"
    )
    assert not broken.stamp.exists()


def test_after_a_failure_the_environment_is_made_anew_whatever_is_set(place: Place, tmp_path: Path) -> None:
    broken = place.copy(tmp_path)
    broken.stamp.unlink()
    (broken.packages / "pip" / "__main__.py").unlink()
    elsewhere = str(tmp_path / "elsewhere")
    outcome = broken.make(broken.lock("second"), PIP_TARGET=elsewhere, PIP_DRY_RUN="1", PYTHONPATH=elsewhere)
    assert outcome.returncode == 0, outcome.stderr
    assert broken.has("first")
    assert broken.has("second")
    assert broken.stamp.exists()


def test_what_pip_fails_at_is_said_by_pip_and_in_one_sentence(place: Place, tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path, "not_to_be_found")
    lock = write_lock(tmp_path / "lock.txt", wheel)
    outcome = place.make(lock)
    assert outcome.returncode == 1
    assert "No matching distribution found for not_to_be_found==1.0" in outcome.stderr
    assert outcome.stderr.endswith(f"pip could not install {lock}: its message is above; then run make again\n")
    assert str(lock) not in place.stamp.read_text()


def test_settings_that_pip_cannot_read_are_one_sentence(place: Place, tmp_path: Path) -> None:
    lock = place.lock("with_broken_settings")
    outcome = place.make(lock, PIP_CONFIG_FILE=config(tmp_path, "no section"))
    assert outcome.returncode == 1
    assert outcome.stderr.endswith(
        "pip cannot read its settings: its message is above; correct them, then run make again\n"
    )


def test_a_second_call_says_and_installs_nothing(place: Place) -> None:
    outcome = place.make()
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")


def test_what_is_installed_is_said_in_plain_lines(place: Place) -> None:
    lock = place.lock("plain", *(f"plain_{number}" for number in range(4)))
    outcome = place.make(lock)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    first, last = outcome.stdout.splitlines()
    assert first == f"installing {lock} into {place.environment}: 5 packages"
    assert last.startswith(f"installed {lock}: 5 packages in ")


# Stands for pip: fetches three packages, then unpacks them, and takes its time.
SLOW_PIP = """
import pathlib, sys, time
packages = pathlib.Path(sys.argv[1], "lib", "python3", "site-packages")
for number in range(3):
    print(f"Collecting package-{number}==1.0", flush=True)
    time.sleep(0.3)
print("Building wheel for package-2 (pyproject.toml): started", flush=True)
time.sleep(0.3)
print("Installing collected packages: package-0, package-1, package-2", flush=True)
for number in range(3):
    time.sleep(0.3)
    pathlib.Path(packages, f"package_{number}-1.0.dist-info").mkdir(parents=True)
time.sleep(0.3)
print("WARNING: a word to the user", file=sys.stderr)
"""
INSTALL = f"""
import runpy, sys
names = runpy.run_path({str(SET_UP)!r})
run = names["Installation"].run
run.__globals__["PLAIN_SECONDS"] = 0.1
installation = names["Installation"](sys.argv[1], "a lock", 3)
sys.exit(not installation.run([sys.executable, "-c", {SLOW_PIP!r}, sys.argv[1]], None))
"""
STAGES = [
    "installing a lock: fetching 1 of 3 packages",
    "installing a lock: fetching 2 of 3 packages",
    "installing a lock: fetching 3 of 3 packages",
    "installing a lock: building package-2, fetched 3 of 3 packages",
    "installing a lock: 0 of 3 packages",
    "installing a lock: 1 of 3 packages",
    "installing a lock: 2 of 3 packages",
    "installing a lock: 3 of 3 packages",
]

INSTALLED = r"installed a lock: 3 packages in \d+ s"


def test_an_installation_says_how_far_it_is_while_pip_fetches_builds_and_unpacks(tmp_path: Path) -> None:
    outcome = subprocess.run([PYTHON, "-c", INSTALL, tmp_path], env=clean(), text=True, capture_output=True, check=True)
    assert outcome.stderr == "WARNING: a word to the user\n"
    first, *lines, last = dict.fromkeys(outcome.stdout.splitlines())
    assert first == f"installing a lock into {tmp_path}: 3 packages"
    assert [line for line in lines if line in STAGES] == STAGES
    assert re.fullmatch(INSTALLED, last)


@pytest.mark.parametrize("ci", [False, True])
def test_a_terminal_gets_one_line_that_changes_but_not_in_ci(tmp_path: Path, ci: bool) -> None:
    environment = {**clean(), "COLUMNS": "100", **({"CI": "true"} if ci else {})}
    shown = on_a_terminal([PYTHON, "-c", INSTALL, tmp_path], environment, errors=True)
    lines = shown.split("\n")
    assert len(lines) == 4 or ci
    assert ("\r" in shown) != ci
    assert [stage for stage in STAGES if stage in shown] == STAGES
    # What is printed for good begins at the line's start.
    last = [line.split("\r")[-1] for line in lines]
    assert "WARNING: a word to the user" in last
    assert re.fullmatch(INSTALLED, last[-2])
    assert last[-1] == ""


def write_source(folder: Path, name: str) -> Path:
    """A package that is published as source alone, and builds with setuptools."""
    source = folder / f"{name}-1.0.tar.gz"
    with tarfile.open(source, "w:gz") as archive:
        for file, text in {
            "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools"\n',
            "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        }.items():
            member = tarfile.TarInfo(f"{name}-1.0/{file}")
            member.size = len(text)
            archive.addfile(member, BytesIO(text.encode()))
    return source


def test_what_is_published_as_source_is_built_with_the_tool_that_the_lock_names(place: Place, tmp_path: Path) -> None:
    built = write_wheel(tmp_path, "from_source")
    # Stands for setuptools, in a version that no Python brings.
    hook = f"""
import shutil
def build_wheel(folder, *_):
    return shutil.copy({str(built)!r}, folder) and {built.name!r}
"""
    tool = write_wheel(place.wheels, "setuptools", "999.0", hook)
    lock = write_lock(tmp_path / "source.txt", write_source(place.wheels, "from_source"), tool)
    outcome = place.make(lock)
    assert outcome.returncode == 0, outcome.stderr
    assert "installed setuptools: 1 package in" in outcome.stdout
    assert place.has("from_source")


def test_a_package_that_is_there_already_is_not_counted(place: Place) -> None:
    place.make(place.lock("counted"))
    lock = write_lock(
        place.folder / "both.txt", *(write_wheel(place.wheels, name) for name in ("counted", "uncounted"))
    )
    outcome = place.make(lock)
    assert outcome.stdout.splitlines()[0] == f"installing {lock} into {place.environment}: 1 package"


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_stops_the_script_stops_pip(place: Place, tmp_path: Path, by: signal.Signals) -> None:
    stopped = place.copy(tmp_path)
    written, ready = tmp_path / "written", tmp_path / "ready"
    (stopped.packages / "pip" / "__main__.py").write_text(
        "import os, pathlib, signal, sys, time\n"
        "if 'install' in sys.argv:\n"
        # A compiler that pip calls may not listen.
        f"    signal.signal(signal.SIGINT, signal.{'SIG_IGN' if by == signal.SIGTERM else 'SIG_DFL'})\n"
        f"    pathlib.Path({str(written)!r}).write_text(str(os.getpid()))\n"
        f"    os.rename({str(written)!r}, {str(ready)!r})\n"
        "    time.sleep(60)\n"
    )
    running = stopped.start(stopped.lock("second"))
    deadline = time.monotonic() + 60
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(by)
    assert running.communicate()[1] == f"interrupted while setting up {stopped.environment}: run make again\n"
    assert running.returncode == 1
    assert not Path("/proc", ready.read_text()).exists()
