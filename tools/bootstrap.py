"""Makes .venv with everything the project needs, from PyPI alone.

Run by `make`; uses the standard library only and parses on any Python 3, so that an old one gets
a message instead of a syntax error.
"""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

MINIMUM = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")


def main() -> int:
    """Create or update the environment; returns the exit code."""
    if sys.version_info < MINIMUM:
        return run_newer()
    project = Path(__file__).resolve().parent.parent
    environment = project / ".venv"
    python = str(environment / "bin" / "python")
    if not works(python):
        say("Creating .venv with Python {}.{}".format(*sys.version_info[:2]))
        try:
            venv.create(environment, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError) as error:
            return fail(
                f"The virtual environment could not be made ({error}). On Debian and Ubuntu: "
                "apt install python3-venv."
            )
    say("Installing the locked packages (a minute on the first run)")
    lock = str(project / "requirements.lock")
    for arguments in (["--requirement", lock], ["--no-deps", "--editable", str(project)]):
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.call(command + arguments) != 0:
            return fail("pip failed; the reason stands above. Run the same command again.")
    (environment / ".installed").touch()
    return 0


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
    sys.exit(main())
