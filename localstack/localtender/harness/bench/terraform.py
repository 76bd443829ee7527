"""How long Terraform takes for a stack of sixty resources, with the provider that is ours."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median

import psutil

from localtender.configuration import Configuration
from localtender.harness.bench.emulators import running_edge
from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.memory import megabytes
from localtender.harness.bench.sample_api import SILENT, function_archive
from localtender.harness.bench.settings import BenchSettings
from localtender.harness.errors import BenchError
from localtender.harness.stack_processes import process_environment
from localtender.harness.terraform_cli import TerraformCli, find_terraform, install_embedded

SUBJECT = "terraform"
_ROUNDS = 3
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True)
class TerraformMeasurement:
    """Seconds of each command, medians of the rounds; `memory` in megabytes after all of them.

    `ready_seconds` is the time from the start of the provider's process until it serves.
    """

    version: str
    resources: int
    ready_seconds: float
    apply_seconds: float
    plan_seconds: float
    destroy_seconds: float
    memory: float

    def figures(self) -> tuple[Figure, ...]:
        """The measurement for the report."""
        count = f"{self.resources} resources (Terraform {self.version})"
        return (
            _figure(f"apply, {count}", self.apply_seconds, "s", 3.0),
            _figure("plan without a change", self.plan_seconds, "s", 1.5),
            _figure("destroy", self.destroy_seconds, "s", 2.5),
            _figure("provider ready", self.ready_seconds, "s", 1.0),
            _figure("provider memory", self.memory, "MB", 120.0),
        )


@dataclass(frozen=True)
class _Provider:
    process_id: int
    reattach: str
    ready_seconds: float


@dataclass(frozen=True)
class _Folder:
    path: Path
    cli: TerraformCli
    environment: dict[str, str]

    def seconds(self, *arguments: str) -> float:
        """Run a command and return how long it took. Raises BenchError when it fails."""
        began = time.perf_counter()
        ended = subprocess.run(
            [self.cli.command, *arguments, "-input=false", "-no-color"],
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        if ended.returncode != 0:
            said = f"{ended.stdout[-2000:]}\n{ended.stderr}".strip()
            raise BenchError(f"`terraform {' '.join(arguments)}` failed:\n{said}")
        return seconds

    def count(self) -> int:
        """The resources in the state."""
        state = json.loads((self.path / "terraform.tfstate").read_text())
        return sum(len(resource["instances"]) for resource in state["resources"])


def measure_terraform(settings: BenchSettings) -> TerraformMeasurement:
    """Apply, plan and destroy some times over, on an edge of its own. Raises HarnessError."""
    cli = find_terraform() or install_embedded()
    applied, planned, destroyed = [], [], []
    with (
        running_edge(settings.configuration) as edge,
        tempfile.TemporaryDirectory(prefix="localtender-bench-") as name,
        _running_provider(settings.configuration, edge.port, Path(name)) as provider,
    ):
        folder = _folder(Path(name, "project"), cli, settings.configuration, provider)
        for _ in range(_ROUNDS):
            applied.append(folder.seconds("apply", "-auto-approve"))
            resources = folder.count()
            planned.append(folder.seconds("plan", "-detailed-exitcode"))
            destroyed.append(folder.seconds("destroy", "-auto-approve"))
        memory = megabytes(psutil.Process(provider.process_id))
    return TerraformMeasurement(
        version=cli.version,
        resources=resources,
        ready_seconds=provider.ready_seconds,
        apply_seconds=median(applied),
        plan_seconds=median(planned),
        destroy_seconds=median(destroyed),
        memory=memory,
    )


def _folder(
    path: Path, cli: TerraformCli, configuration: Configuration, provider: _Provider
) -> _Folder:
    path.mkdir()
    text = files("localtender.harness.bench").joinpath("sixty_resources.tf").read_text()
    (path / "main.tf").write_text(text)
    (path / "function.zip").write_bytes(function_archive(SILENT))
    return _Folder(
        path,
        cli,
        process_environment(configuration)
        | {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": configuration.region,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_REATTACH_PROVIDERS": provider.reattach,
        },
    )


@contextmanager
def _running_provider(
    configuration: Configuration, edge_port: int, directory: Path
) -> Iterator[_Provider]:
    ready, log_path = directory / "ready", directory / "provider.log"
    command = [sys.executable, "-m", "localtender.provider", "--ready-file", str(ready)]
    command += ["--socket", str(directory / "provider.sock")]
    command += ["--endpoint-url", f"http://127.0.0.1:{edge_port}"]
    began = time.perf_counter()
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=process_environment(configuration),
        )
    try:
        while not ready.exists():
            if process.poll() is not None or time.perf_counter() > began + _START_SECONDS:
                said = log_path.read_text(errors="replace")
                raise BenchError(f"The Terraform provider did not start:\n{said}")
            time.sleep(0.005)
        seconds = time.perf_counter() - began
        yield _Provider(process.pid, ready.read_text(), seconds)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _figure(name: str, value: float, unit: str, limit: float) -> Figure:
    return Figure(SUBJECT, name, value, unit, (Mark("at most", limit),))
