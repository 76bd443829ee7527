"""Runs Terraform against the local stack: init, apply, outputs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localtender.configuration import Configuration
from localtender.harness.apply_outcome import ApplyOutcome
from localtender.harness.environment import process_environment
from localtender.harness.errors import DeploymentError
from localtender.harness.terraform_cli import TerraformCli

Progress = Callable[[int, int], None]
_INTERRUPT_SECONDS = 10.0

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
        """Run `init`, which downloads nothing unless the registry's provider was asked for.

        Raises DeploymentError.
        """
        try:
            self._run("init", "-input=false", "-no-color")
        except DeploymentError as error:
            if self.configuration.provider != "registry":
                raise
            raise DeploymentError(
                f"{error}\nPROVIDER=registry downloads hashicorp/aws from the Terraform registry. "
                "Where that can't be reached, leave PROVIDER out: the provider of Localtender "
                "needs no download."
            ) from error

    def apply(self, progress: Progress) -> DeploymentResult:
        """Apply the configuration; `progress` gets (resources done, resources to change).

        Raises DeploymentError with Terraform's diagnostics.
        """
        arguments = ["apply", "-auto-approve", "-input=false", "-json", _LOCK_TIMEOUT]
        outcome = ApplyOutcome()
        with (
            self._log_path().open("a", encoding="utf-8") as log,
            self._process(*arguments, *self._variable_arguments()) as process,
        ):
            for line in process.stdout or ():
                log.write(line)
                if outcome.read(line):
                    progress(outcome.done, outcome.planned)
        if process.returncode != 0:
            said = outcome.errors or outcome.other or [f"  exit code {process.returncode}"]
            details = "\n".join(said)
            raise DeploymentError(
                f"terraform apply failed:\n{details}\nThe whole output: {self._log_path()}; the "
                "emulator's side of it: `localtender logs edge`.\n"
                "Mend it and run `make up` again, or start over with `make reset`."
            )
        outputs = json.loads(self._run("output", "-json"))
        return DeploymentResult(
            added=outcome.changes["add"],
            changed=outcome.changes["change"],
            destroyed=outcome.changes["remove"],
            outputs={name: output["value"] for name, output in outputs.items()},
        )

    def _variable_arguments(self) -> list[str]:
        file = self.configuration.variable_file
        return [] if file is None else [f"-var-file={file}"]

    def _command(self, *arguments: str) -> list[str]:
        folder = self.configuration.terraform_directory
        return [self.terraform.command, f"-chdir={folder}", *arguments]

    @contextmanager
    def _process(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Terraform with its output to be read; when that is interrupted, it is stopped first.

        It has a process group of its own: Ctrl-C on a terminal reaches the whole group, and
        Terraform takes the second of two interrupts for an order to drop everything.
        """
        with subprocess.Popen(
            self._command(*arguments),
            env=process_environment(self.environment, os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        ) as process:
            try:
                yield process
            except BaseException:
                process.send_signal(signal.SIGINT)
                try:
                    process.communicate(timeout=_INTERRUPT_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                raise

    def _run(self, *arguments: str) -> str:
        answer = subprocess.run(
            self._command(*arguments),
            env=process_environment(self.environment, os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if answer.returncode != 0:
            raise DeploymentError(
                f"terraform {arguments[0]} failed:\n{(answer.stderr or answer.stdout).strip()}"
            )
        return answer.stdout

    def _log_path(self) -> Path:
        return self.configuration.logs_directory / "terraform.log"
