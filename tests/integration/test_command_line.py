"""What the commands print and how they end, run as a user runs them."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running_stack import PROJECT, PaymentsApi, RunningStack, localtender

# What a developer's shell may hold: a company's proxy that nobody here can reach, a real account.
FOREIGN = {
    "http_proxy": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "real",
    "AWS_DEFAULT_REGION": "eu-west-3",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://127.0.0.1:9",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "TF_CLI_ARGS": "-no-such-argument",
    "LC_ALL": "C",
}


def run_in(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in an environment of its own."""
    return subprocess.run(
        [sys.executable, "-m", "localtender", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=PROJECT,
        env=environment,
    )


def test_status_is_json_with_the_documented_fields(stack: RunningStack) -> None:
    status = json.loads(localtender("status", "--json").stdout)
    assert set(status) == {
        "engine",
        "api_url",
        "api_key",
        "sandbox_url",
        "endpoint_url",
        "healthy",
        "versions",
    }
    assert status["engine"] == "embedded"
    assert status["healthy"] is True
    assert status["endpoint_url"] == stack.endpoint_url


def test_token_is_an_id_token_of_the_demo_user(stack: RunningStack) -> None:
    payload = stack.token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["token_use"] == "id"
    assert claims["cognito:username"] == "demo"


def test_the_exported_environment_leads_terraform_to_an_empty_plan(stack: RunningStack) -> None:
    commands = Path(sys.executable).parent
    plan = subprocess.run(
        [
            "bash",
            "-c",
            f'eval "$({commands}/localtender env)" && tflocal -chdir=terraform plan '
            "-detailed-exitcode -lock-timeout=60s -input=false -no-color -var-file=local.tfvars",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
    )
    assert plan.returncode == 0, plan.stdout + plan.stderr


def test_up_again_changes_nothing(stack: RunningStack) -> None:
    up = localtender("up")
    assert up.returncode == 0, up.stderr
    assert "0 added, 0 changed, 0 destroyed" in up.stdout
    assert stack.api_url in up.stdout


@pytest.mark.parametrize("command", ["up", "status", "token", "logs", "env"])
def test_neither_a_proxy_nor_an_account_of_the_caller_comes_in_between(
    stack: RunningStack, command: str
) -> None:
    without = {k: v for k, v in os.environ.items() if k.lower() not in ("no_proxy", "tf_cmd")}
    answer = run_in({**without, **FOREIGN}, command)
    assert answer.returncode == 0, answer.stderr
    if command == "up":
        assert "0 added, 0 changed, 0 destroyed" in answer.stdout
        assert "curl -s --noproxy 127.0.0.1 " in answer.stdout


def test_the_stack_is_found_without_naming_its_ports(stack: RunningStack) -> None:
    without = {k: v for k, v in os.environ.items() if not k.endswith("_PORT")}
    status = run_in(without, "status", "--json")
    assert json.loads(status.stdout)["endpoint_url"] == stack.endpoint_url
    assert status.returncode == 0


def test_logs_of_a_function_are_shown(api: PaymentsApi, customer: dict[str, str]) -> None:
    api.get(f"/v1/api/customer/{customer['customer_id']}")
    answer = localtender("logs", "payments-api", "-n", "500")
    assert answer.returncode == 0, answer.stderr
    assert "START RequestId: " in answer.stdout


def test_a_log_that_does_not_exist_is_named_with_those_that_do(stack: RunningStack) -> None:
    answer = localtender("logs", "no-such-function")
    assert answer.returncode == 1
    assert "There is no log called no-such-function" in answer.stderr
    assert "sandboxes" in answer.stderr


def test_a_state_folder_that_can_not_be_written_is_one_clear_error(tmp_path: Path) -> None:
    occupied = tmp_path / "state"
    occupied.write_text("a file, no folder")
    answer = run_in({**os.environ, "LOCALTENDER_STATE_DIR": str(occupied)}, "up")
    assert answer.returncode == 1
    assert str(occupied) in answer.stderr
    assert "LOCALTENDER_STATE_DIR" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_setting_in_brackets_is_shown_as_it_is() -> None:
    answer = run_in({**os.environ, "ENGINE": "[bold]moto[/nonsense]"}, "status")
    assert answer.returncode == 1
    assert "ENGINE=[bold]moto[/nonsense] is unknown" in answer.stderr


def test_a_busy_port_is_reported_with_who_holds_it(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        up = subprocess.run(
            [sys.executable, "-m", "localtender", "up"],
            capture_output=True,
            text=True,
            check=False,
            cwd=PROJECT,
            env={
                **os.environ,
                "EDGE_PORT": str(port),
                "LOCALTENDER_STATE_DIR": str(tmp_path / "state"),
            },
        )
    assert up.returncode == 1
    assert f"Port {port} is held by process {os.getpid()}" in up.stderr.replace("\n", " ")
    assert "EDGE_PORT=" in up.stderr
    assert not (tmp_path / "state" / "stack.json").exists()


def test_a_command_that_needs_a_stack_says_how_to_start_one(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "localtender", "token"],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env={**os.environ, "LOCALTENDER_STATE_DIR": str(tmp_path / "state")},
    )
    assert answer.returncode == 1
    assert "make up" in answer.stderr


def test_faults_are_added_listed_and_cleared(stack: RunningStack, tmp_path: Path) -> None:
    # Nobody uses SSM here, so that the other tests on this stack are not struck.
    rules = tmp_path / "faults.yaml"
    rules.write_text("- {kind: hang, service: ssm, seconds: 1}\n- {kind: reset, service: ssm}\n")
    added = localtender("faults", "add", str(rules))
    inline = localtender(
        "faults", "add", "kind=latency", "service=ssm", "milliseconds=5", "nth=[2]"
    )
    ids = [line.split()[0] for line in (added.stdout + inline.stdout).splitlines()]
    assert (added.returncode, inline.returncode, len(ids)) == (0, 0, 3)
    shown = localtender("faults", "list")
    listed = {
        rule["id"]: rule for rule in json.loads(localtender("faults", "list", "--json").stdout)
    }
    assert {listed[rule]["kind"] for rule in ids} == {"hang", "reset", "latency"}
    assert listed[ids[2]]["nth"] == 2
    assert all(rule in shown.stdout for rule in ids)

    for rule in ids:
        assert localtender("faults", "clear", rule).returncode == 0
    left = json.loads(localtender("faults", "list", "--json").stdout)
    assert not set(ids) & {rule["id"] for rule in left}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["kind=quake"], "Allowed: latency"),
        (["kind=error", "service=sqs", "code=Nope"], "RequestThrottled"),
        (["kind=latency", "slow"], "field=value"),
        (["no-such-file.yaml"], "localtender faults add"),
    ],
)
def test_a_fault_that_cannot_be_used_is_refused_with_what_is_allowed(
    stack: RunningStack, arguments: list[str], message: str
) -> None:
    refused = localtender("faults", "add", *arguments)

    assert refused.returncode == 1
    assert message in refused.stderr
