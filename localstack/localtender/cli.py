"""The command line: `localtender up|down|reset|status|logs|env|token|build`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from localtender.configuration import ConfigurationError, read_configuration
from localtender.harness.errors import HarnessError
from localtender.harness.progress import StepReporter
from localtender.harness.stack_status import StackStatus, require_running, stack_status

application = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
_output = Console()
_errors = Console(stderr=True)


def main() -> None:
    """Run the command line; a failure that the user can act upon is one message and exit code 1."""
    try:
        application()
    except (HarnessError, ConfigurationError) as error:
        _errors.print(f"[red]error:[/red] {error}", highlight=False, markup=True)
        sys.exit(1)
    except KeyboardInterrupt:
        _errors.print("interrupted; `make up` carries on from here, `make down` stops everything")
        sys.exit(130)


@application.command()
def up() -> None:
    """Start the emulator, deploy terraform/ and print how to make a first payment."""
    from localtender.harness.up import bring_up

    configuration = read_configuration()
    reporter = StepReporter(_output)
    bring_up(configuration, reporter)
    _print_ready(stack_status(configuration), reporter.elapsed_seconds)


@application.command()
def down() -> None:
    """Stop what `up` started; the local AWS and its Terraform state are gone with it."""
    from localtender.harness.down import take_down

    stopped = take_down(read_configuration())
    _output.print("Stopped." if stopped else "Nothing was running.")


@application.command()
def reset() -> None:
    """Start over: an empty emulator and empty sandboxes, deployed anew."""
    from localtender.harness.down import take_down

    take_down(read_configuration())
    up()


@application.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Tell where the stack answers and whether it is healthy (exit code 1 when it is not)."""
    current = stack_status(read_configuration())
    if as_json:
        sys.stdout.write(json.dumps(asdict(current), indent=2) + "\n")
    else:
        _print_status(current)
    if not current.healthy:
        raise typer.Exit(1)


@application.command()
def logs(
    source: Annotated[
        str | None,
        typer.Argument(help="edge, sandboxes, provider, supervisor, terraform, or a function."),
    ] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many lines.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on printing.")] = False,
) -> None:
    """Print logs: of the functions (CloudWatch Logs), of one function, or of a process."""
    from localtender.harness.stack_logs import print_logs

    print_logs(read_configuration(), source, lines=lines, follow=follow, write=_write_line)


@application.command()
def env() -> None:
    """Print shell exports; use as: eval "$(localtender env)"."""
    from localtender.harness.environment import shell_exports, stack_environment
    from localtender.harness.terraform_cli import find_terraform

    configuration = read_configuration()
    record = require_running(configuration)
    variables = stack_environment(configuration, record, find_terraform())
    sys.stdout.write(shell_exports(variables) + "\n")


@application.command()
def token() -> None:
    """Print a Cognito id token of the demo user."""
    from localtender.harness.demo_user import demo_token

    sys.stdout.write(demo_token(require_running(read_configuration())) + "\n")


@application.command()
def build() -> None:
    """Build the deployment package of lambda/ (build/payments.zip)."""
    from localtender.harness.package import build_project_package

    package = build_project_package(read_configuration())
    _output.print(
        f"{package.path}  {package.size_bytes / 1024 / 1024:.2f} MB  sha256 {package.sha256}"
        + ("" if package.rebuilt else "  (unchanged)"),
        highlight=False,
        soft_wrap=True,
    )


@application.command()
def bench(
    payments: Annotated[int, typer.Option(min=10, help="How many payments to time.")] = 200,
) -> None:
    """Measure up, down, a payment and memory on this machine (restarts the stack)."""
    from localtender.harness.bench import run_bench

    run_bench(read_configuration(), _output, payments=payments)


def _write_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _print_status(current: StackStatus) -> None:
    table = Table.grid(padding=(0, 2))
    for name, value in asdict(current).items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if name == "versions" else value
        table.add_row(name, str(shown))
    _output.print(table)


def _print_ready(current: StackStatus, seconds: float) -> None:
    write: Callable[[str], None] = _write_line
    write("")
    write(f"Ready in {seconds:.1f} s.")
    write(f"  API        {current.api_url}")
    write(f"  sandboxes  {current.sandbox_url}/_sandbox/paypal/requests shows what PayPal saw")
    command = "localtender" if shutil.which("localtender") else ".venv/bin/localtender"
    write(f"  token      {command} token")
    write("")
    write("A first payment:")
    write(first_payment(current, command))


def first_payment(current: StackStatus, command: str) -> str:
    """Shell commands that create a customer and pay it; they work when pasted."""
    headers = (
        f'-H "Authorization: $({command} token)" -H "x-api-key: {current.api_key}" '
        '-H "Content-Type: application/json"'
    )
    customer = '{"customer_id": "c-1", "email": "ada@example.com"}'
    payment = (
        '{"customer_id": "c-1", "email": "ada@example.com", "amount": 12.34, "currency": "USD"}'
    )
    return (
        f"curl -s {current.api_url}/v1/api/customer {headers} -d '{customer}' && \\\n"
        f"curl -s {current.api_url}/v1/api/payments {headers} -d '{payment}'"
    )
