"""`localtender iam report`: permissions used against those granted, as tables."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from localtender.harness.errors import StackNotRunningError
from localtender.harness.stack_record import StackRecord

# The edge is on this machine: a proxy of the environment must not be asked for it.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def read_report(record: StackRecord) -> dict[str, Any]:
    """The report of a running stack. Raises StackNotRunningError when it does not answer."""
    try:
        with _open(f"{record.endpoint_url}/_localtender/iam", timeout=30) as answer:
            report: dict[str, Any] = json.load(answer)
    except OSError as error:
        raise StackNotRunningError(
            f"The stack does not answer ({error}). Start it again with: make up"
        ) from error
    return report


def report_tables(report: Mapping[str, Any], *, everybody: bool) -> Iterator[RenderableType]:
    """The report for a terminal; without `everybody` only principals that called, or have a
    policy that nobody knows, are shown."""
    shown = [
        principal
        for principal in report["principals"]
        if everybody or principal["used"] or principal["denied"] or principal["unknown_policies"]
    ]
    for principal in shown:
        yield Text(principal["arn"], style="bold")
        yield _permissions(principal)
        for policy in principal["unknown_policies"]:
            yield Text(f"attached, not known, grants nothing: {policy}", style="yellow")
        unused = [granted for granted in principal["granted"] if not granted["used"]]
        if unused:
            yield _unused(unused)
    hidden = len(report["principals"]) - len(shown)
    if hidden:
        yield Text(f"{hidden} roles and users made no call; --all shows them.", style="dim")
    if report["mode"] == "off":
        yield Text("IAM=off: nothing is evaluated, so nothing is counted.", style="yellow")


def _permissions(principal: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("action", no_wrap=True)
    table.add_column("resource", overflow="fold")
    table.add_column("calls", justify="right")
    table.add_column("")
    for entry in principal["used"]:
        table.add_row(escape(entry["action"]), escape(entry["resource"]), str(entry["count"]))
    for entry in principal["denied"]:
        table.add_row(
            escape(entry["action"]),
            escape(entry["resource"]),
            str(entry["count"]),
            "[red]denied[/red]",
        )
    return table


def _unused(granted: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("granted and not used", "actions", "resources"):
        table.add_column(heading, overflow="fold")
    for statement in granted:
        name = "/".join(part for part in (statement["policy"], statement["sid"]) if part)
        actions = statement["actions"] or [f"all but {item}" for item in statement["not_actions"]]
        table.add_row(
            escape(name), escape(", ".join(actions)), escape(", ".join(statement["resources"]))
        )
    return table
