"""Runs Terraform against the local stack: init, apply, outputs."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localtender.configuration import Configuration
from localtender.harness.errors import DeploymentError
from localtender.harness.terraform_cli import TerraformCli

Progress = Callable[[int, int], None]

# A plan in another shell holds the state for a moment.
_LOCK_TIMEOUT = "-lock-timeout=60s"


@dataclass(frozen=True)
class DeploymentResult:
    """How many resources an apply changed, and the root module's outputs by name."""

    added: int
    changed: int
    destroyed: int
    outputs: Mapping[str, Any]


@dataclass(frozen=True)
class Deployment:
    """Terraform in one root module, in an environment that leads to the local stack."""

    configuration: Configuration
    terraform: TerraformCli
    environment: Mapping[str, str]

    def initialize(self) -> None:
        """Run `init`, which downloads nothing: the provider is attached.

        Raises DeploymentError.
        """
        self._run("init", "-input=false", "-no-color")

    def apply(self, progress: Progress) -> DeploymentResult:
        """Apply the configuration; `progress` gets (resources done, resources to change).

        Raises DeploymentError with Terraform's diagnostics.
        """
        arguments = ["apply", "-auto-approve", "-input=false", "-json", _LOCK_TIMEOUT]
        diagnostics: list[str] = []
        changes = {"add": 0, "change": 0, "remove": 0}
        planned = done = 0
        with (
            self._log_path().open("a") as log,
            subprocess.Popen(
                self._command(*arguments, *self._variable_arguments()),
                env={**os.environ, **self.environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            for line in process.stdout or ():
                log.write(line)
                event = _event(line)
                match event.get("type"):
                    case "planned_change":
                        planned += 1
                    case "apply_complete":
                        done += 1
                        progress(done, planned)
                    case "diagnostic" if event["@level"] == "error":
                        diagnostics.append(_diagnostic_text(event["diagnostic"]))
                    case "change_summary" if event["changes"]["operation"] == "apply":
                        changes = event["changes"]
                    case None if line.strip():
                        diagnostics.append(line.rstrip())
        if process.returncode != 0:
            details = "\n".join(diagnostics) or f"exit code {process.returncode}"
            raise DeploymentError(
                f"terraform apply failed:\n{details}\nThe whole output: {self._log_path()}"
            )
        outputs = json.loads(self._run("output", "-json"))
        return DeploymentResult(
            added=changes["add"],
            changed=changes["change"],
            destroyed=changes["remove"],
            outputs={name: output["value"] for name, output in outputs.items()},
        )

    def _variable_arguments(self) -> list[str]:
        file = self.configuration.variable_file
        return [] if file is None else [f"-var-file={file}"]

    def _command(self, *arguments: str) -> list[str]:
        folder = self.configuration.terraform_directory
        return [self.terraform.command, f"-chdir={folder}", *arguments]

    def _run(self, *arguments: str) -> str:
        answer = subprocess.run(
            self._command(*arguments),
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise DeploymentError(
                f"terraform {arguments[0]} failed:\n{(answer.stderr or answer.stdout).strip()}"
            )
        return answer.stdout

    def _log_path(self) -> Path:
        return self.configuration.logs_directory / "terraform.log"


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _diagnostic_text(diagnostic: Mapping[str, Any]) -> str:
    address = diagnostic.get("address")
    place = f"{address}: " if address else ""
    detail = diagnostic.get("detail", "")
    return f"  {place}{diagnostic['summary']}" + (f"\n    {detail}" if detail else "")
