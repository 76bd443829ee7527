"""Makes .venv with everything the project needs, from PyPI alone.

Run by `make`; uses the standard library only and parses on Python 3.6, so that an old one gets a
message instead of a syntax error.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

MINIMUM = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")
PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv"
MARK = ENVIRONMENT / ".installed"
INPUTS = tuple(PROJECT / name for name in ("requirements.lock", "pyproject.toml"))
# The longest "#!" line that every kernel takes.
LONGEST_SHEBANG = 127


def main() -> int:
    """Create or update the environment; returns the exit code."""
    if sys.version_info < MINIMUM:
        return run_newer()
    lock = os.open(str(PROJECT), os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Waiting for another `make` that installs here")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_installed():
            return 0
    return install()


def install() -> int:
    """Make the environment when there is none that works, and install the locked packages."""
    python = str(ENVIRONMENT / "bin" / "python")
    if not works(python):
        say("Creating .venv with Python {}.{}".format(*sys.version_info[:2]))
        try:
            venv.create(ENVIRONMENT, with_pip=True, clear=True)
        except OSError as error:
            return fail(f"{ENVIRONMENT} could not be written: {error.strerror or error}.")
        except subprocess.CalledProcessError:
            return fail(
                "The virtual environment could not be made: this Python has no ensurepip. "
                "On Debian and Ubuntu: apt install python3-venv. Then run the same command again."
            )
    say("Installing the locked packages (a minute on the first run)")
    lock = str(INPUTS[0])
    for arguments in (["--requirement", lock], ["--no-deps", "--editable", str(PROJECT)]):
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.call(command + arguments) != 0:
            return fail("pip failed; the reason stands above. Run the same command again.")
    for script in (ENVIRONMENT / "bin").iterdir():
        mend_shebang(script, python)
    MARK.touch()
    return 0


def is_installed() -> bool:
    """Whether the environment is newer than what it is made of."""
    if not MARK.exists():
        return False
    made = MARK.stat().st_mtime
    return all(path.stat().st_mtime <= made for path in INPUTS)


def mend_shebang(script: Path, python: str) -> None:
    """Let a script start although its interpreter's path has a space in it or is too long.

    pip does so itself for the commands that it makes, but not for those a package brings as files,
    such as tflocal. The two lines are pip's: a shell reads the first as a command, Python both as
    a string.
    """
    line = f"#!{python}".encode()
    starts = b" " not in line and len(line) <= LONGEST_SHEBANG
    if starts or script.is_symlink() or not script.is_file():
        return
    content = script.read_bytes()
    first, _, rest = content.partition(b"\n")
    if first.rstrip() == line:
        header = f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n".encode()
        script.write_bytes(header + rest)


def works(python: str) -> bool:
    """Whether an environment's interpreter runs and is new enough."""
    check = f"import sys; sys.exit(sys.version_info < {MINIMUM!r})"
    try:
        return subprocess.call([python, "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def run_newer() -> int:
    """Start again with a newer Python, where there is one on PATH."""
    for name in NEWER:
        found = shutil.which(name)
        if found and works(found):
            return subprocess.call([found, str(Path(__file__).resolve())])
    return fail(
        "Python {}.{} is too old: Localtender needs 3.11 or newer. Install one, or name it: "
        "make up PYTHON=/path/to/python3.12".format(*sys.version_info[:2])
    )


def say(text: str) -> None:
    """Tell about a long step."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def fail(text: str) -> int:
    """Print an error; the exit code for it."""
    say("error: " + text)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("interrupted; run the same command again")
        sys.exit(130)
