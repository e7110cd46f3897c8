"""Make a virtual environment from lock files: python3 scripts/make_venv.py FOLDER LOCK_FILE [LOCK_FILE ...]

Standard library only: it runs on the system's Python before anything is installed. Lock files are installed in their
order, each once; a second run installs nothing. An environment that is moved, half-made, made from another state of a
lock file, or without its Python or commands is made anew.
"""

import ast
import contextlib
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

# The lock that has the project's own needs. An environment without it is another program's, and has no `atp`.
OWN_LOCK = "requirements/run.txt"
PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The caller's pip settings that count here: where packages come from, and how they are fetched. Any other could put
# them elsewhere (target, prefix, root, user), leave them out (dry-run) or exchange them (constraint, requirement).
KEPT_SETTINGS = {
    *("index-url", "extra-index-url", "no-index", "find-links", "trusted-host", "keyring-provider", "no-input"),
    *("proxy", "cert", "client-cert", "use-feature", "use-deprecated"),
    *("cache-dir", "no-cache-dir", "timeout", "default-timeout", "retries", "resume-retries"),
}
# What builds packages that are published as source alone; pip uses the one in the environment, so it comes first.
BUILD_TOOL = "setuptools"
PLAIN_SECONDS = 10
STOP_SECONDS = 3
# Prints, as JSON, what the lock file names for this Python and this environment lacks. A package that was not installed
# to its end has no RECORD.
LACKING = """
import importlib.metadata, json, sys
from pip._vendor.packaging.requirements import Requirement

def has(requirement):
    try:
        found = importlib.metadata.distribution(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return found.read_text("RECORD") is not None and requirement.specifier.contains(found.version, prereleases=True)

with open(sys.argv[1], encoding="utf-8") as lock:
    lines = [line.strip().rstrip("\\\\") for line in lock]
wanted = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
applicable = [each for each in wanted if each.marker is None or each.marker.evaluate()]
print(json.dumps([f"{each.name}{each.specifier}" for each in applicable if not has(each)]))
"""


def main(folder, *lock_files):
    if sys.version_info < (3, 10):  # noqa: UP036 - older Pythons get as far as this sentence
        return f"Python 3.10 or newer is needed, and this is {sys.version.split()[0]}: make PYTHON=/path/to/python3"
    if set(PROJECT) & set('"$`\\\n'):
        return f"pip's scripts do not run from a folder with quotes, $ or \\ in its path: move {PROJECT}"
    import fcntl

    # What stops this process stops pip too, as Ctrl-C does; nohup is respected.
    for stop in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(stop) != signal.SIG_IGN:
            signal.signal(stop, signal.default_int_handler)
    try:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, ".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return install(folder, lock_files)
    except OSError as error:
        return f"cannot set up {folder}: {error.strerror} ({error.filename})"
    except KeyboardInterrupt:
        return f"interrupted while setting up {folder}: run make again"


def install(folder, lock_files):
    """Bring the environment to the state of the lock files; a sentence if that fails, else None."""
    python = os.path.join(folder, "bin", "python")
    stamp = os.path.join(folder, ".made-from.json")
    base = {
        "python": sys.version,
        "project": PROJECT,
        "folder": os.path.abspath(folder),
        "pyproject.toml": digest("pyproject.toml"),
    }
    wanted = {name: digest(name) for name in lock_files}
    commands = [
        os.path.join(folder, "bin", name) for name in ("python", *(("dbt", "atp") if OWN_LOCK in wanted else ()))
    ]
    found = read_json(stamp) if all(map(os.path.exists, commands)) else {}
    if not base.items() <= found.items() or any(found.get(name, wanted[name]) != wanted[name] for name in wanted):
        print(f"setting up {folder}", flush=True)
        empty(folder)
        if subprocess.call([sys.executable, "-m", "venv", folder], env=without("PIP_", "PYTHON")) != 0:
            return "this Python cannot make virtual environments: install its venv package (Debian: python3-venv)"
        found = base
    missing = [name for name in lock_files if name not in found]
    environment = pip_environment(python) if missing else {}
    for name in missing:
        lock = os.path.join(PROJECT, name)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--progress-bar", "off"]
        # What comes as source is built with what the locks have installed, not with what pip would fetch for it.
        pip += ["--no-build-isolation", "--use-pep517"]
        steps = [(name, lock)]
        if tool := build_tool(python, folder, lock):
            steps.insert(0, (BUILD_TOOL, tool))
        done = all(
            Installation(folder, what, len(lacking(python, file))).run(
                [*pip, "--require-hashes", "--requirement", file], environment
            )
            for what, file in steps
        )
        if done and OWN_LOCK in wanted:
            done = Installation(folder, "the project itself", 1).run([*pip, "--editable", PROJECT], environment)
        if not done:
            return f"pip could not install {name}: its message is above; then run make again"
        # pip can report success without an environment, so what it did is looked at before it is believed.
        absent = lacking(python, lock) + [command for command in commands if not os.path.exists(command)]
        if absent:
            if os.path.exists(stamp):
                os.remove(stamp)
            return (
                f"pip reported that it installed {name}, but these are not in {folder}: {', '.join(absent)}; "
                "look for settings that put them elsewhere, then run make again"
            )
        found = {**found, name: wanted[name]}
        with open(stamp, "w") as file:
            json.dump(found, file)
    return None


def without(*prefixes):
    """The caller's variables, but for those that begin like this."""
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def pip_environment(python):
    """The variables for pip: the caller's settings, from files and variables, as far as they are kept."""
    # A file may tell pip to be quiet, or to run in another Python; variables come before files.
    asking = {**without("PIP_", "PYTHON"), "PIP_QUIET": "0", "PIP_VERBOSE": "0", "PIP_PYTHON": python}
    if "PIP_CONFIG_FILE" in os.environ:
        asking["PIP_CONFIG_FILE"] = os.environ["PIP_CONFIG_FILE"]
    told = subprocess.run([python, "-m", "pip", "config", "list"], env=asking, stdout=subprocess.PIPE, text=True)
    if told.returncode != 0:
        sys.exit("pip cannot read its settings: its message is above; correct them, then run make again")
    # Sorted as pip reads them: what is for all its commands, then what is for `pip install`.
    in_files = sorted(re.findall(r"^(global|install)\.(\S+?)=(.*)$", told.stdout, re.MULTILINE))
    settings = {"PIP_" + name.upper().replace("-", "_"): ast.literal_eval(value) for _, name, value in in_files}
    settings.update({name: value for name, value in os.environ.items() if name.startswith("PIP_") and value})
    kept = {name: value for name, value in settings.items() if name[4:].lower().replace("_", "-") in KEPT_SETTINGS}
    return {**without("PIP_", "PYTHON"), **kept, "PIP_CONFIG_FILE": os.devnull}


def lacking(python, lock):
    """What a lock file names for this Python, and the environment lacks."""
    told = subprocess.run([python, "-I", "-c", LACKING, lock], stdout=subprocess.PIPE, text=True)
    if told.returncode != 0:
        sys.exit(f"cannot compare {lock} with what is installed: the reason is above")
    return json.loads(told.stdout)


def build_tool(python, folder, lock):
    """A lock file of the build tool alone, if the lock names one that the environment lacks; else None."""
    with open(lock, encoding="utf-8") as file:
        named = re.search(rf"^{BUILD_TOOL}==.*\n(?:[ #].*\n)*", file.read(), re.MULTILINE)
    if named is None:
        return None
    alone = os.path.join(folder, "build_tool.txt")
    with open(alone, "w", encoding="utf-8") as file:
        file.write(named[0])
    return alone if lacking(python, alone) else None


class Installation:
    """A run of pip, and how far it is: one line that changes on a terminal, a line now and then elsewhere.

    pip itself says what it fetches and builds, and nothing while it unpacks: that is counted in the folder.
    """

    def __init__(self, folder, what, count):
        """What is to be installed, and how many packages that is."""
        self.folder, self.what, self.count = folder, what, count
        self.started = self.told = time.monotonic()
        self.before = self.packages()
        self.fetched = 0
        self.stage = f"fetching 0 of {count}"
        self.live = sys.stdout.isatty() and not os.environ.get("CI")
        self.shown = ""

    def run(self, command, environment):
        """Whether pip did it; what it says of errors goes to the user."""
        size = f"{self.count} package{'s' * (self.count != 1)}"
        print(f"installing {self.what} into {self.folder}: {size}", flush=True)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "errors": "replace"}
        with subprocess.Popen(command, env=environment, start_new_session=True, **pipes) as pip:
            readers = [
                threading.Thread(target=self.follow, args=(pip.stdout,), daemon=True),
                threading.Thread(target=self.pass_on, args=(pip.stderr,), daemon=True),
            ]
            for reader in readers:
                reader.start()
            try:
                while pip.poll() is None:
                    self.show()
                    time.sleep(0.1)
            except BaseException:
                # pip removes its temporary files if it is asked to stop; what it builds with may not listen.
                os.killpg(pip.pid, signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    pip.wait(timeout=STOP_SECONDS)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pip.pid, signal.SIGKILL)
                raise
            for reader in readers:
                reader.join()
        self.clear()
        if pip.returncode == 0:
            took = time.monotonic() - self.started
            print(f"installed {self.what}: {size} in {took:.0f} s", flush=True)
        return pip.returncode == 0

    def follow(self, output):
        """Take what pip says that it does."""
        for line in output:
            words = line.split()
            if words[:1] == ["Collecting"]:
                self.fetched += 1
                self.stage = f"fetching {self.fetched} of {self.count}"
            elif words[:3] == ["Building", "wheel", "for"]:
                self.stage = f"building {words[3]}, fetched {self.fetched} of {self.count}"
            elif words[:2] == ["Installing", "collected"]:
                self.stage = None

    def pass_on(self, errors):
        """Give the user what pip warns of, or fails at."""
        for line in errors:
            self.clear()
            print(line, end="", file=sys.stderr, flush=True)

    def show(self):
        """Say how far it is, if it is time to."""
        new = len(self.packages() - self.before)
        text = f"installing {self.what}: {self.stage or f'{min(new, self.count)} of {self.count}'} packages"
        if self.live:
            text = text[: shutil.get_terminal_size().columns - 1]
            if text != self.shown:
                print(f"\r{text:<{len(self.shown)}}", end="", flush=True)
                self.shown = text
        elif time.monotonic() - self.told > PLAIN_SECONDS:
            print(text, flush=True)
            self.told = time.monotonic()

    def clear(self):
        """Take the line that changes off the terminal."""
        if self.shown:
            print(f"\r{'':<{len(self.shown)}}\r", end="", flush=True)
            self.shown = ""

    def packages(self):
        """What is unpacked by now."""
        return set(glob.glob(os.path.join(glob.escape(self.folder), "lib", "*", "site-packages", "*.dist-info")))


def digest(name):
    """A digest of a file of the project."""
    with open(os.path.join(PROJECT, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def read_json(path):
    """A JSON file's content, or nothing if it is missing or cut off."""
    try:
        with open(path) as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError):
        return {}


def empty(folder):
    """Remove all but the lock that this process holds."""
    for entry in os.scandir(folder):
        if entry.name == ".lock":
            continue
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.remove(entry.path)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
