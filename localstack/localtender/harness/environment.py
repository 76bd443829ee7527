"""The environment in which Terraform, boto3 and the AWS CLI talk to the local stack."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from localtender.configuration import Configuration
from localtender.harness.stack_record import StackRecord
from localtender.harness.terraform_cli import TerraformCli
from localtender.provider.reattach import reattach_configuration


def stack_environment(
    configuration: Configuration, record: StackRecord, terraform: TerraformCli | None
) -> dict[str, str]:
    """The variables a client of the stack needs, without PATH.

    The Terraform workspace and data folder are the stack's own, so that neither the state nor the
    plugins of a real deployment from the same folder are ever touched.
    """
    variables = {
        "AWS_ENDPOINT_URL": record.endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": record.region,
        "AWS_REGION": record.region,
        "TF_REATTACH_PROVIDERS": reattach_configuration(
            configuration.provider_socket, record.supervisor_pid
        ),
        "TF_WORKSPACE": configuration.workspace,
        "TF_DATA_DIR": str(configuration.state_directory / "terraform"),
        # Where the sandboxes answer is a setting of the stack, so it can't stand in a tfvars file.
        "TF_VAR_paypal_base_url": f"{record.sandbox_url}/paypal",
        # tflocal 0.27 otherwise prints a banner before every command.
        "DISABLE_DEPRECATION_NOTICE": "1",
    }
    if terraform is not None:
        variables["TF_CMD"] = terraform.command
    return variables


def shell_exports(variables: dict[str, str]) -> str:
    """Lines for `eval`: the variables, then PATH with this environment's commands in front."""
    commands = str(Path(sys.executable).parent)
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    # A session token of a real account would be sent along with the local keys.
    lines.append("unset AWS_SESSION_TOKEN AWS_PROFILE")
    lines.append(f'export PATH={shlex.quote(commands)}:"$PATH"')
    return "\n".join(lines)
