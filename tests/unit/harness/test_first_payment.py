from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from localtender.harness.first_payment import command_name, first_payment
from localtender.harness.stack_status import StackStatus

STATUS = StackStatus(
    engine="embedded",
    api_url="http://127.0.0.1:5566/_aws/execute-api/a1/live",
    api_key="key",
    sandbox_url="http://127.0.0.1:5567",
    endpoint_url="http://127.0.0.1:5566",
    healthy=True,
    versions={},
)
COMMANDS = Path(sys.executable).parent


def test_the_command_works_from_the_folder_in_which_it_is_printed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.chdir(COMMANDS.parent)
    assert command_name() == "bin/localtender"
    monkeypatch.chdir(tmp_path)
    assert command_name() == str(COMMANDS / "localtender")


def test_the_command_has_no_folder_where_the_path_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{COMMANDS}{os.pathsep}/usr/bin")
    if shutil.which("localtender") is None:
        pytest.skip("the package is not installed as a command here")
    assert command_name() == "localtender"


def test_what_is_printed_is_a_shell_script_of_two_curls(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    curl = tmp_path / "curl"
    curl.write_text('#!/bin/sh\nprintf "%s|" "$@"\necho\n')
    curl.chmod(0o755)
    command = tmp_path / "local tender"
    command.write_text("#!/bin/sh\necho a-token\n")
    command.chmod(0o755)
    answer = subprocess.run(
        ["sh", "-c", first_payment(STATUS, f"'{command}'")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    customer, payment = answer.stdout.splitlines()
    assert "--noproxy|127.0.0.1|" in customer
    assert f"{STATUS.api_url}/v1/api/customer|" in customer
    assert "Authorization: a-token|" in payment
    assert '"amount": 12.34' in payment
