"""A folder with a Terraform configuration, and the real Terraform CLI run in it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEADLINE_SECONDS = 60


@dataclass
class TerraformFolder:
    """Runs Terraform in a folder against an attached provider.

    `environment` is all that Terraform gets beside PATH and HOME. Nothing is to be installed for
    an attached provider, so `init` is only needed for a configuration with modules.
    """

    path: Path
    environment: dict[str, str]
    executable: str = "terraform"

    def write(self, text: str, name: str = "main.tf") -> None:
        """Write a file of the configuration."""
        (self.path / name).write_text(text)

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a Terraform command and return whatever it came to."""
        return subprocess.run(
            [self.executable, *arguments],
            cwd=cwd or self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a Terraform command; both its outputs come as one."""
        return subprocess.Popen(
            [self.executable, *arguments, "-no-color"],
            cwd=self.path,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def succeed(self, *arguments: str) -> str:
        """Run a Terraform command that must succeed; returns its output."""
        result = self.run(*arguments, "-no-color")
        assert result.returncode == 0, f"terraform {arguments}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def fail(self, *arguments: str) -> str:
        """Run a Terraform command that must fail; returns what it complains about, unwrapped."""
        result = self.run(*arguments, "-no-color")
        assert result.returncode != 0, f"terraform {arguments} succeeded\n{result.stdout}"
        return " ".join(result.stderr.replace("│", " ").split())

    def apply(self, *arguments: str) -> str:
        """Apply the configuration."""
        return self.succeed("apply", "-auto-approve", "-input=false", *arguments)

    def destroy(self) -> str:
        """Destroy everything in the state."""
        return self.succeed("destroy", "-auto-approve", "-input=false")

    def plan(self, *arguments: str) -> dict[str, Any]:
        """Plan and return the plan as Terraform shows it in JSON; nothing for an empty plan."""
        command = ("plan", "-input=false", "-out=plan.bin", "-detailed-exitcode", *arguments)
        result = self.run(*command, "-no-color")
        assert result.returncode in (0, 2), f"{command}\n{result.stdout}\n{result.stderr}"
        return self.planned() if result.returncode == 2 else {}

    def planned(self) -> dict[str, Any]:
        """Return the plan that was made last."""
        plan: dict[str, Any] = json.loads(self.succeed("show", "-json", "plan.bin"))
        return plan

    def changes(self, *arguments: str) -> dict[str, list[str]]:
        """Plan and return the planned actions by address; an empty plan gives nothing.

        Data sources that are read during apply change nothing, and are left out.
        """
        plan = self.plan(*arguments)
        return {
            change["address"]: change["change"]["actions"]
            for change in plan.get("resource_changes", [])
            if change["change"]["actions"] not in (["no-op"], ["read"])
        }

    def drifted(self) -> dict[str, list[str]]:
        """Return, by address, the attributes that differ between state and reality."""
        plan = self.plan("-refresh-only")
        found: dict[str, list[str]] = {}
        for change in plan.get("resource_drift", []):
            before, after = change["change"]["before"], change["change"]["after"]
            found[change["address"]] = (
                ["(gone)"]
                if after is None
                else sorted(name for name in after if before.get(name) != after[name])
            )
        return found

    def import_(self, address: str, identifier: str) -> None:
        """Import an object."""
        self.succeed("import", "-input=false", address, identifier)

    def import_all(self, identifiers: Mapping[str, str]) -> dict[str, list[str]]:
        """Forget objects and import them again by `import` blocks; what would change then.

        Keys of `identifiers` are addresses.
        """
        self.forget(*identifiers)
        blocks = [
            f"import {{\n  to = {address}\n  id = {json.dumps(identifier)}\n}}\n"
            for address, identifier in identifiers.items()
        ]
        self.write("\n".join(blocks), "imports.tf")
        changes = self.changes()
        self.apply()
        (self.path / "imports.tf").unlink()
        return changes

    def output(self, name: str) -> Any:
        """Return the value of an output."""
        return json.loads(self.succeed("output", "-json", name))

    def forget(self, *addresses: str) -> None:
        """Take resources out of the state without touching the objects."""
        self.succeed("state", "rm", *addresses)

    def values(self, address: str) -> dict[str, Any]:
        """Return the state of a resource of the root module (version 4 of the state's format)."""
        state = json.loads((self.path / "terraform.tfstate").read_text())
        found: dict[str, dict[str, Any]] = {}
        for resource in state["resources"]:
            mode = "data." if resource["mode"] == "data" else ""
            for instance in resource["instances"]:
                key = instance.get("index_key")
                index = "" if key is None else f"[{json.dumps(key)}]"
                name = f"{mode}{resource['type']}.{resource['name']}{index}"
                found[name] = instance["attributes"]
        return found[address]


def terraform_environment(**variables: str) -> dict[str, str]:
    """Return an environment for Terraform without this machine's AWS or Terraform settings."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
        **variables,
    }
