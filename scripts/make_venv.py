"""Make a virtual environment from lock files: python3 scripts/make_venv.py FOLDER LOCK_FILE [LOCK_FILE ...]

Standard library only: it runs on the system's Python before anything is installed. Lock files are installed in their
order, each once; a second run installs nothing. An environment that is moved, half-made, made from another state of a
lock file, or without its Python or commands is made anew.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

# The lock that has the project's own needs. An environment without it is another program's, and has no `atp`.
OWN_LOCK = "requirements/build.txt"
PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main(folder, *lock_files):
    if sys.version_info < (3, 10):  # noqa: UP036 - older Pythons get as far as this sentence
        return f"Python 3.10 or newer is needed, and this is {sys.version.split()[0]}: make PYTHON=/path/to/python3"
    if set(PROJECT) & set('"$`\\\n'):
        return f"pip's scripts do not run from a folder with quotes, $ or \\ in its path: move {PROJECT}"
    import fcntl

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
    commands = ("python", "dbt", "atp") if OWN_LOCK in lock_files else ("python",)
    complete = all(os.path.exists(os.path.join(folder, "bin", command)) for command in commands)
    found = read_json(stamp) if complete else {}
    if not base.items() <= found.items() or any(found.get(name, wanted[name]) != wanted[name] for name in wanted):
        print(f"setting up {folder}", flush=True)
        empty(folder)
        if subprocess.call([sys.executable, "-m", "venv", folder]) != 0:
            return "this Python cannot make virtual environments: install its venv package (Debian: python3-venv)"
        found = base
    for name in lock_files:
        if name in found:
            continue
        print(f"installing {name} into {folder}", flush=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps"]
        # What comes as source is built with what the locks have installed, not with what pip would fetch for it.
        pip += ["--no-build-isolation", "--use-pep517"]
        requirements = ["--require-hashes", "--requirement", os.path.join(PROJECT, name)]
        installs = [pip + requirements]
        if OWN_LOCK in lock_files:
            installs.append([*pip, "--editable", PROJECT])
        if any(subprocess.call(install) != 0 for install in installs):
            return f"pip could not install {name}: its message is above; then run make again"
        found = {**found, name: wanted[name]}
        with open(stamp, "w") as file:
            json.dump(found, file)
    return None


def digest(name):
    """What a file of the project holds, in short."""
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
