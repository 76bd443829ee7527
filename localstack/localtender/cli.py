"""The command line: `localtender up|down|reset|status|logs|env|token|build|serve|faults|bench`."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from dataclasses import asdict
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from localtender.configuration import ConfigurationError
from localtender.harness.current_stack import current_configuration
from localtender.harness.errors import HarnessError
from localtender.harness.first_payment import command_name, first_payment
from localtender.harness.progress import StepReporter
from localtender.harness.stack_status import StackStatus, require_running, stack_status

application = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A serverless payments stack on this machine: its AWS, and sandboxes of its payment "
    "providers. Settings come from the environment: EDGE_PORT, SANDBOX_PORT, TFVARS, ENGINE.",
)
_faults = typer.Typer(
    no_args_is_help=True, help="Make the local AWS misbehave: list, add and clear fault rules."
)
application.add_typer(_faults, name="faults")
_iam = typer.Typer(no_args_is_help=True, help="What IAM policies allowed and refused.")
application.add_typer(_iam, name="iam")
# An ARN has colons around words (`:secret:`) that rich would take for an emoji.
_output = Console(emoji=False)
_errors = Console(stderr=True, emoji=False)
_INTERRUPTED = 130


def main() -> None:
    """Run the command line; a failure that the user can act upon is one message and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding shows "?" for what it lacks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _stop_on_signal)
    try:
        application()
    except (HarnessError, ConfigurationError) as error:
        _fail(str(error))
    except BrokenPipeError:
        # Whoever read the output has enough of it, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        place = "" if error.filename is None else f": {error.filename}"
        _fail(
            f"{error.strerror or error}{place}\nLocaltender writes below .localtender/ (or "
            "LOCALTENDER_STATE_DIR), build/ and terraform/: they must be writable, with space on "
            "the disk. Mend that and run the command again."
        )
    except SystemExit as ended:
        # How typer ends on Ctrl-C.
        if ended.code == _INTERRUPTED:
            _fail(
                "interrupted; `make up` carries on from here, `make down` stops everything",
                _INTERRUPTED,
            )
        raise


def _fail(message: str, exit_code: int = 1) -> None:
    _errors.print(
        f"[red]error:[/red] {escape(message)}", highlight=False, markup=True, soft_wrap=True
    )
    sys.exit(exit_code)


def _stop_on_signal(number: int, _frame: FrameType | None) -> None:
    """End as on Ctrl-C, so that what the command had started for itself ends too."""
    sys.exit(128 + number)


@application.command()
def up() -> None:
    """Start the emulator, deploy terraform/ and print how to make a first payment."""
    from localtender.harness.up import bring_up

    configuration = current_configuration()
    reporter = StepReporter(_output)
    bring_up(configuration, reporter)
    _print_ready(stack_status(configuration), reporter.elapsed_seconds)


@application.command()
def down() -> None:
    """Stop what `up` started; the local AWS and its Terraform state are gone with it."""
    from localtender.harness.down import take_down

    stopped = take_down(current_configuration())
    _output.print("Stopped." if stopped else "Nothing was running.")


@application.command()
def reset() -> None:
    """Start over: an empty emulator and empty sandboxes, deployed anew."""
    from localtender.harness.down import take_down

    take_down(current_configuration())
    up()


@application.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Tell where the stack answers and whether it is healthy (exit code 1 when it is not)."""
    current = stack_status(current_configuration())
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

    written = print_logs(
        current_configuration(), source, lines=lines, follow=follow, write=_write_line
    )
    if written == 0:
        silent = f"{source} has" if source else "The functions have"
        _errors.print(f"{silent} logged nothing yet.", markup=False, highlight=False)


@_iam.command("report")
def iam_report(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, with a trimmed policy for each.")
    ] = False,
    everybody: Annotated[
        bool, typer.Option("--all", help="Show roles and users that made no call as well.")
    ] = False,
) -> None:
    """Show the permissions that roles and users used, against those they are granted."""
    from localtender.harness.iam_report import read_report, report_tables

    report = read_report(require_running(current_configuration()))
    if as_json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
        return
    for part in report_tables(report, everybody=everybody):
        _output.print(part)


@application.command()
def env() -> None:
    """Print shell exports; use as: eval "$(localtender env)"."""
    from localtender.harness.environment import shell_exports, stack_environment
    from localtender.harness.terraform_cli import find_terraform

    configuration = current_configuration()
    record = require_running(configuration)
    variables = stack_environment(configuration, record, find_terraform())
    sys.stdout.write(shell_exports(variables, os.environ) + "\n")


@application.command()
def token(
    group: Annotated[
        str,
        typer.Option(help="Of the user's group: operator pays, auditor reads; none is in none."),
    ] = "operator",
) -> None:
    """Print a Cognito id token of a demo user."""
    from localtender.harness.demo_user import demo_token

    sys.stdout.write(demo_token(require_running(current_configuration()), group) + "\n")


@application.command()
def build() -> None:
    """Build the deployment package of lambda/ (build/payments.zip)."""
    from localtender.harness.package import build_project_package

    package = build_project_package(current_configuration())
    _output.print(
        f"{package.path}  {package.size_bytes / 1024 / 1024:.2f} MB  sha256 {package.sha256}"
        + ("" if package.rebuilt else "  (unchanged)"),
        highlight=False,
        soft_wrap=True,
    )


@application.command()
def serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes a free port.")
    ] = 5000,
    sandbox_url: Annotated[
        str | None,
        typer.Option(help="Sandboxes that run already; by default they run in this process."),
    ] = None,
) -> None:
    """Serve the payments API in this process, without AWS: for breakpoints and a quick try."""
    from localtender.serve.server import serve as serve_api

    directory = current_configuration().project_directory / "lambda"
    serve_api(directory, port=port, sandbox_url=sandbox_url, write=_write_line)


@_faults.command("list")
def list_faults(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, which `add` takes.")] = False,
) -> None:
    """List the rules in force, and how often each has struck."""
    from localtender.harness.stack_faults import StackFaults, shown_rule

    rules = StackFaults(require_running(current_configuration()).endpoint_url).rules()
    if as_json:
        sys.stdout.write(json.dumps(rules, indent=2) + "\n")
        return
    for rule in rules:
        _write_line(shown_rule(rule))
    if not rules:
        _errors.print("No faults are set.", highlight=False)


@_faults.command("add")
def add_faults(
    rules: Annotated[
        list[str],
        typer.Argument(help="A YAML or JSON file of rules, or one rule as field=value ..."),
    ],
) -> None:
    """Add rules, as in: localtender faults add kind=throttle service=dynamodb times=3."""
    from localtender.harness.stack_faults import StackFaults, given_rules, shown_rule

    given = given_rules(rules)
    stack_faults = StackFaults(require_running(current_configuration()).endpoint_url)
    for rule in stack_faults.add(given):
        _write_line(shown_rule(rule))


@_faults.command("clear")
def clear_faults(
    rule: Annotated[str | None, typer.Argument(help="The id of one rule.")] = None,
) -> None:
    """Remove one rule, or all of them."""
    from localtender.harness.stack_faults import StackFaults

    StackFaults(require_running(current_configuration()).endpoint_url).clear(rule)


@application.command()
def bench(
    subjects: Annotated[
        list[str] | None,
        typer.Argument(
            help="payments, gateway, control-plane, dynamodb, burst, memory, hot-reload, "
            "terraform; all by default.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
    requests: Annotated[
        int, typer.Option(min=10, help="How many requests of each kind to time.")
    ] = 400,
    payments: Annotated[int, typer.Option(min=10, help="How many payments to make.")] = 200,
) -> None:
    """Measure this machine against the marks, on stacks of its own; a minute in all."""
    from localtender.harness.bench.machine import describe_machine, load_average
    from localtender.harness.bench.report import as_document, conditions, table
    from localtender.harness.bench.settings import BenchSettings
    from localtender.harness.bench.subjects import measure

    settings = BenchSettings(current_configuration(), requests=requests, payments=payments)
    load_before = load_average()
    figures = list(measure(subjects or (), settings, StepReporter(_errors)))
    machine = describe_machine(load_before)
    if as_json:
        sys.stdout.write(json.dumps(as_document(figures, machine), indent=2) + "\n")
    else:
        _output.print(table(figures))
        _write_line(conditions(machine))


def _write_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _print_status(current: StackStatus) -> None:
    if not current.healthy and not current.versions:
        _output.print(
            "No healthy stack here: nothing runs, or not all of it answers. Start or repair it "
            "with: make up",
            highlight=False,
            soft_wrap=True,
        )
        return
    table = Table.grid(padding=(0, 2))
    for name, value in asdict(current).items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if name == "versions" else value
        table.add_row(name, escape(str(shown)))
    _output.print(table, soft_wrap=True)
    if not current.healthy:
        _output.print("Nothing is deployed on it yet: run `make up` again.", highlight=False)


def _print_ready(current: StackStatus, seconds: float) -> None:
    command = command_name()
    for line in (
        "",
        f"Ready in {seconds:.1f} s.",
        f"  API        {current.api_url}",
        f"  sandboxes  {current.sandbox_url}/_sandbox/paypal/requests shows what PayPal saw",
        f"  token      {command} token",
        "",
        "A first payment:",
        first_payment(current, command),
    ):
        _write_line(line)
