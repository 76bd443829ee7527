"""The environment in which Terraform, boto3 and the AWS CLI talk to the local stack."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from localtender.configuration import Configuration
from localtender.harness.loopback_proxy import loopback_without_proxy
from localtender.harness.stack_record import StackRecord
from localtender.harness.terraform_cli import TerraformCli
from localtender.harness.terraform_state import data_directory
from localtender.provider.reattach import reattach_configuration

# Settings of an AWS client that choose no account and no address.
_HARMLESS = frozenset(
    {
        "AWS_CA_BUNDLE",
        "AWS_DEFAULT_OUTPUT",
        "AWS_MAX_ATTEMPTS",
        "AWS_PAGER",
        "AWS_RETRY_MODE",
    }
)
# Unset even when they are absent now: the exports may be evaluated in another shell.
_ALWAYS_UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "TF_REATTACH_PROVIDERS",
)


def stack_environment(
    configuration: Configuration, record: StackRecord, terraform: TerraformCli | None
) -> dict[str, str]:
    """The variables a client of the stack needs, without PATH.

    The Terraform workspace and data folder are the stack's own, so that neither the state nor the
    plugins of a real deployment from the same folder are ever touched. Names and precedence: "AWS
    SDKs and Tools Reference Guide", "Environment variables" and "Service-specific endpoints".
    """
    variables = {
        "AWS_ENDPOINT_URL": record.endpoint_url,
        # A profile that says otherwise would send everything to the real AWS.
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": record.region,
        "AWS_REGION": record.region,
        "TF_WORKSPACE": configuration.workspace,
        "TF_DATA_DIR": str(data_directory(configuration)),
        # Where the sandboxes answer is a setting of the stack, so it can't stand in a tfvars file.
        "TF_VAR_paypal_base_url": f"{record.sandbox_url}/paypal",
        "TF_VAR_stripe_base_url": f"{record.sandbox_url}/stripe",
        "TF_VAR_ach_base_url": f"{record.sandbox_url}/ach",
        # tflocal 0.27 otherwise prints a banner before every command.
        "DISABLE_DEPRECATION_NOTICE": "1",
    }
    if configuration.provider == "attached":
        variables["TF_REATTACH_PROVIDERS"] = reattach_configuration(
            configuration.provider_socket, record.supervisor_pid
        )
    if terraform is not None:
        variables["TF_CMD"] = terraform.command
    return variables


def process_environment(
    variables: Mapping[str, str], environment: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of a process that talks to the stack, started from another one.

    The caller's AWS settings stay out of it, and so do the arguments that TF_CLI_ARGS would add.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if not _leads_elsewhere(name)
        and not name.startswith("TF_CLI_ARGS")
        and name != "TF_REATTACH_PROVIDERS"
    }
    return {**kept, **loopback_without_proxy(environment), **variables}


def shell_exports(variables: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """Lines for `eval` in a POSIX shell whose environment is given.

    The variables; then what would lead elsewhere is unset: an endpoint of one service, a profile,
    a session token that would be sent along with the local keys. Last comes PATH, with this
    environment's commands in front.
    """
    commands = str(Path(sys.executable).parent)
    exported = {**variables, **loopback_without_proxy(environment)}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in exported.items()]
    present = sorted(name for name in environment if _leads_elsewhere(name))
    unset = [name for name in dict.fromkeys((*_ALWAYS_UNSET, *present)) if name not in exported]
    lines.append(f"unset {' '.join(unset)}")
    if environment.get("PATH", "").split(":", 1)[0] != commands:
        lines.append(f'export PATH={shlex.quote(commands)}:"$PATH"')
    return "\n".join(lines)


def _leads_elsewhere(name: str) -> bool:
    # A name that is no shell identifier can't be unset, and no AWS client reads it.
    return name.startswith("AWS_") and name not in _HARMLESS and name.isidentifier()
