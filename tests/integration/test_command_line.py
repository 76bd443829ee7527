"""What the commands print and how they end, run as a user runs them."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.running_stack import PROJECT, RunningStack, localtender


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
