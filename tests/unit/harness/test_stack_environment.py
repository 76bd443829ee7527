from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from localtender.configuration import read_configuration
from localtender.harness.environment import (
    process_environment,
    shell_exports,
    stack_environment,
)
from localtender.harness.stack_record import StackRecord
from localtender.harness.terraform_cli import TerraformCli

HOSTILE = {
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL_DYNAMODB": "https://dynamodb.eu-west-1.amazonaws.com",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_PAGER": "less",
    "HTTP_PROXY": "http://proxy.example:3128",
    "NO_PROXY": "intranet.example",
    "TF_CLI_ARGS": "-bogus",
    "TF_VAR_name_prefix": "mine",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "a project's folder"
    for folder in ("lambda", "terraform"):
        (project / folder).mkdir(parents=True)
    return project


def environment_of(project: Path, **settings: str) -> dict[str, str]:
    record = StackRecord(
        supervisor_pid=1,
        supervisor_started=1.0,
        engine="embedded",
        endpoint_url="http://127.0.0.1:5566",
        sandbox_url="http://127.0.0.1:5567",
        region="eu-west-3",
    )
    return stack_environment(
        read_configuration(settings, project), record, TerraformCli("/opt/terra form", "1.11.4")
    )


@pytest.fixture
def variables(project: Path) -> dict[str, str]:
    return environment_of(project)


def test_the_provider_of_the_registry_is_used_when_asked_for(project: Path) -> None:
    attached = environment_of(project)
    registry = environment_of(project, PROVIDER="registry")
    assert "registry.terraform.io/hashicorp/aws" in attached["TF_REATTACH_PROVIDERS"]
    assert "TF_REATTACH_PROVIDERS" not in registry
    assert "unset" in shell_exports(registry, {})
    assert " TF_REATTACH_PROVIDERS" in shell_exports(registry, {}).split("unset", 1)[1]
    assert registry["TF_DATA_DIR"] != attached["TF_DATA_DIR"]
    inherited = process_environment(registry, {"TF_REATTACH_PROVIDERS": "stale"})
    assert "TF_REATTACH_PROVIDERS" not in inherited


def test_every_folder_that_terraform_runs_in_has_a_data_folder_of_its_own(project: Path) -> None:
    data = Path(environment_of(project)["TF_DATA_DIR"])
    assert data == Path(".terraform/localtender-attached")
    other = environment_of(project, LOCALTENDER_WORKSPACE="other")
    assert Path(other["TF_DATA_DIR"]) != data


def test_clients_are_led_to_the_stack_and_terraform_to_its_own_state(
    variables: dict[str, str],
) -> None:
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:5566"
    assert variables["AWS_DEFAULT_REGION"] == variables["AWS_REGION"] == "eu-west-3"
    assert variables["TF_WORKSPACE"] == "localtender"
    assert variables["TF_CMD"] == "/opt/terra form"
    for name in ("paypal", "stripe", "ach"):
        assert variables[f"TF_VAR_{name}_base_url"] == f"http://127.0.0.1:5567/{name}"


def test_a_process_of_ours_gets_nothing_of_the_caller_s_account(
    variables: dict[str, str],
) -> None:
    environment = process_environment(variables, HOSTILE)
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_DYNAMODB"} & set(environment)
    assert "TF_CLI_ARGS" not in environment
    assert environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == "false"
    assert environment["TF_VAR_name_prefix"] == "mine"
    assert environment["NO_PROXY"] == "127.0.0.1,localhost,intranet.example"


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_shell_that_evaluates_the_exports_has_exactly_the_stack_s_settings(
    variables: dict[str, str], shell: str
) -> None:
    caller = {**HOSTILE, "PATH": "/usr/bin:/bin"}
    script = shell_exports(variables, caller) + "\nexec env -0"
    answer = subprocess.run(
        [shell, "-euc", script], env=caller, capture_output=True, text=True, check=True
    )
    seen = dict(line.split("=", 1) for line in answer.stdout.split("\0") if line)
    assert {name: seen[name] for name in variables} == variables
    others = {name for name in seen if name.startswith("AWS_")} - set(variables)
    assert others == {"AWS_PAGER"}
    assert seen["PATH"] == f"{Path(sys.executable).parent}:/usr/bin:/bin"
    assert seen["no_proxy"] == "127.0.0.1,localhost,intranet.example"


def test_evaluating_the_exports_again_does_not_lengthen_the_path(
    variables: dict[str, str],
) -> None:
    again = {"PATH": f"{Path(sys.executable).parent}:/usr/bin"}
    assert "PATH=" not in shell_exports(variables, again)
