"""Finding interpreters for runtimes."""

from __future__ import annotations

from pathlib import Path

import pytest

from localtender.edge.functions.execution.runtimes import Runtimes
from localtender.edge.functions.interpreters import find_interpreter, find_interpreters
from localtender.edge.protocol.errors import ServiceError


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_a_variable_names_the_interpreter_first(tmp_path: Path) -> None:
    named = executable(tmp_path / "named")
    executable(tmp_path / "bin" / "python3.12")
    environ = {"LOCALTENDER_PYTHON3_12": str(named), "PATH": str(tmp_path / "bin")}
    assert find_interpreter("python3.12", environ) == named


def test_a_variable_that_names_nothing_is_not_replaced_in_silence(tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "python3.12")
    environ = {
        "LOCALTENDER_PYTHON3_12": str(tmp_path / "missing"),
        "PATH": str(tmp_path / "bin"),
    }
    assert find_interpreter("python3.12", environ) is None


def test_the_path_comes_before_pyenv_but_its_shims_do_not_count(tmp_path: Path) -> None:
    shim = executable(tmp_path / "shims" / "python3.12")
    installed = executable(tmp_path / "pyenv" / "versions" / "3.12.9" / "bin" / "python3.12")
    newer = executable(tmp_path / "pyenv" / "versions" / "3.12.11" / "bin" / "python3.12")
    environ = {"PYENV_ROOT": str(tmp_path / "pyenv"), "PATH": str(shim.parent)}
    assert find_interpreter("python3.12", environ) == newer
    assert installed != newer
    on_path = executable(tmp_path / "bin" / "python3.12")
    assert find_interpreter("python3.12", {**environ, "PATH": str(on_path.parent)}) == on_path
    assert find_interpreters(environ) == {"python3.12": newer}


def test_another_version_stands_in_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = executable(tmp_path / "python3.13")
    runtimes = Runtimes({"python3.13": other}, {"python3.13": tmp_path})
    assert runtimes.installation("python3.12").name == "python3.13"
    assert "NO python3.12 INTERPRETER FOUND" in caplog.text
    assert "LOCALTENDER_PYTHON3_12" in caplog.text
    assert runtimes.substitutes() == (("python3.12", "python3.13"),)


def test_no_version_at_all_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ServiceError, match="LOCALTENDER_PYTHON3_12") as refused:
        Runtimes({}, {}).installation("python3.12")
    assert refused.value.code == "InvalidRuntimeException"
