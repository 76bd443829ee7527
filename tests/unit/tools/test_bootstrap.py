from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def python(tmp_path: Path) -> str:
    """A Python whose path no "#!" line can hold: it has a space and a quote in it."""
    folder = tmp_path / "a project's folder"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    return str(folder / "python")


def script(tmp_path: Path, first_line: str) -> Path:
    path = tmp_path / "command"
    path.write_text(f"{first_line}\n\nimport sys\nprint(sys.argv[1:])\n")
    path.chmod(0o755)
    return path


def test_a_script_starts_although_its_python_s_path_has_a_space(
    tmp_path: Path, python: str
) -> None:
    command = script(tmp_path, f"#!{python}")
    bootstrap.mend_shebang(command, python)
    answer = subprocess.run(
        [str(command), "one two", "three"], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "['one two', 'three']\n"


def test_a_script_that_was_mended_is_left_as_it_is(tmp_path: Path, python: str) -> None:
    command = script(tmp_path, f"#!{python}")
    bootstrap.mend_shebang(command, python)
    mended = command.read_bytes()
    bootstrap.mend_shebang(command, python)
    assert command.read_bytes() == mended


@pytest.mark.parametrize("first_line", ["#!/bin/sh", "\x7fELF"])
def test_what_is_no_script_of_this_python_is_left_alone(
    tmp_path: Path, python: str, first_line: str
) -> None:
    command = script(tmp_path, first_line)
    before = command.read_bytes()
    bootstrap.mend_shebang(command, python)
    bootstrap.mend_shebang(tmp_path, python)
    assert command.read_bytes() == before


def test_a_path_that_fits_is_left_alone(tmp_path: Path) -> None:
    command = script(tmp_path, "#!/opt/python")
    bootstrap.mend_shebang(command, "/opt/python")
    assert command.read_text().startswith("#!/opt/python\n")


def test_an_old_python_without_a_newer_one_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "MINIMUM", (99, 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.main() == 1
    message = capsys.readouterr().err
    assert "is too old" in message
    assert "PYTHON=" in message
