from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from localtender.configuration import Configuration, read_configuration
from localtender.harness.deployment import Deployment
from localtender.harness.errors import DeploymentError
from localtender.harness.terraform_cli import TerraformCli


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    for folder in ("lambda", "terraform", ".localtender/logs"):
        (tmp_path / folder).mkdir(parents=True)
    return read_configuration({}, tmp_path)


def deployment(configuration: Configuration, script: str) -> Deployment:
    """A deployment whose Terraform is a shell script; `$2` is the subcommand."""
    command = configuration.project_directory / "terraform.sh"
    command.write_text("#!/bin/sh\n" + script)
    command.chmod(0o755)
    return Deployment(configuration, TerraformCli(str(command), "1.11.4"), {})


def event(**fields: object) -> str:
    return f"echo '{json.dumps({'@level': 'info', **fields})}'\n"


def ignore(_done: int, _planned: int) -> None: ...


def test_progress_result_and_outputs_come_from_what_terraform_prints(
    configuration: Configuration,
) -> None:
    script = (
        'if [ "$2" = output ]; then echo \'{"api_id": {"value": "a1"}}\'; exit; fi\n'
        + event(type="planned_change", change={"action": "create"})
        + event(type="apply_complete", hook={"action": "create"})
        + event(
            type="change_summary",
            changes={"operation": "apply", "add": 1, "change": 0, "remove": 0},
        )
    )
    steps: list[tuple[int, int]] = []
    result = deployment(configuration, script).apply(lambda *step: steps.append(step))
    assert steps == [(1, 1)]
    assert (result.added, result.outputs) == (1, {"api_id": "a1"})


def test_a_failure_tells_terraform_s_diagnostics_where_the_rest_is_and_what_to_do(
    configuration: Configuration,
) -> None:
    diagnostic = {"severity": "error", "summary": "No such thing", "detail": "at all"}
    broken = {"@level": "error", "type": "diagnostic", "diagnostic": diagnostic}
    script = f"echo 'a warning' >&2\necho '{json.dumps(broken)}'\nexit 1\n"
    with pytest.raises(DeploymentError) as failure:
        deployment(configuration, script).apply(ignore)
    text = str(failure.value)
    assert "No such thing\n    at all" in text
    assert "a warning" not in text
    assert str(configuration.logs_directory / "terraform.log") in text
    assert "make up" in text


def test_a_crash_without_diagnostics_shows_what_was_printed(configuration: Configuration) -> None:
    with pytest.raises(DeploymentError, match="panic: no memory"):
        deployment(configuration, "echo 'panic: no memory' >&2\nexit 2\n").apply(ignore)


def test_output_that_is_no_text_does_not_break_the_message(configuration: Configuration) -> None:
    with pytest.raises(DeploymentError, match="\N{REPLACEMENT CHARACTER}"):
        deployment(configuration, "printf '\\377\\n'\nexit 1\n").apply(ignore)


def test_an_init_that_fails_says_why(configuration: Configuration) -> None:
    with pytest.raises(DeploymentError, match="init failed:\nno backend"):
        deployment(configuration, "echo 'no backend' >&2\nexit 1\n").initialize()


def test_terraform_is_told_of_an_interrupt_once_and_waited_for(
    configuration: Configuration, tmp_path: Path
) -> None:
    seen = tmp_path / "interrupts"
    script = (
        f"trap 'echo interrupted >> {seen}; exit 1' INT\n"
        + event(type="apply_complete", hook={"action": "create"})
        + "while :; do sleep 0.05; done\n"
    )

    def interrupt(_done: int, _planned: int) -> None:
        assert threading.current_thread() is threading.main_thread()
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        deployment(configuration, script).apply(interrupt)
    assert seen.read_text() == "interrupted\n"
