"""The faults of a running stack's AWS, as the command line lists, adds and clears them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from localtender.harness.errors import FaultsError

_LONGEST_SECONDS = 10.0
# A proxy that the environment names has no business with this machine's own addresses.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
_COUNTS = ("id", "kind", "seen", "fired")


class StackFaults:
    """Talks to `/_localtender/faults` of a running stack."""

    def __init__(self, endpoint_url: str) -> None:
        self._url = f"{endpoint_url}/_localtender/faults"

    def rules(self) -> list[dict[str, Any]]:
        """All rules in force. Raises FaultsError."""
        found: list[dict[str, Any]] = self._ask("GET")
        return found

    def add(self, rules: Sequence[Any]) -> list[dict[str, Any]]:
        """Add rules, all or none. Raises FaultsError, with what a field may be."""
        added: list[dict[str, Any]] = self._ask("POST", list(rules))
        return added

    def clear(self, rule_id: str | None = None) -> None:
        """Remove one rule, or all. Raises FaultsError."""
        self._ask("DELETE", path="" if rule_id is None else f"/{rule_id}")

    def _ask(self, method: str, document: Any = None, path: str = "") -> Any:
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(self._url + path, body, method=method)
        try:
            with _open(request, timeout=_LONGEST_SECONDS) as answer:
                read = answer.read()
                return json.loads(read) if read else None
        except urllib.error.HTTPError as error:
            raise FaultsError(_explained(json.loads(error.read()))) from error


def given_rules(arguments: Sequence[str]) -> list[Any]:
    """Rules from a YAML or JSON file (one, or a list of them), or one from `field=value`s.

    Raises FaultsError.
    """
    if len(arguments) == 1 and "=" not in arguments[0]:
        try:
            document = yaml.safe_load(Path(arguments[0]).read_text())
        except (OSError, yaml.YAMLError) as error:
            raise FaultsError(
                f"{arguments[0]} is no file of rules: {error}\nGive a YAML or JSON file, or fields "
                "as in: localtender faults add kind=throttle service=dynamodb times=3"
            ) from error
        return document if isinstance(document, list) else [document]
    pairs = [argument.partition("=") for argument in arguments]
    for name, equals, _ in pairs:
        if not equals:
            raise FaultsError(f"{name} is no field=value; as in: kind=latency milliseconds=500")
    return [{name: yaml.safe_load(value) for name, _, value in pairs}]


def shown_rule(rule: dict[str, Any]) -> str:
    """A rule in one line."""
    fields = " ".join(
        f"{name}={json.dumps(value) if isinstance(value, list) else value}"
        for name, value in rule.items()
        if name not in _COUNTS
    )
    return f"{rule['id']}  {rule['kind']} {fields}  (struck {rule['fired']} of {rule['seen']})"


def _explained(document: dict[str, Any]) -> str:
    where = f"{document['field']} " if "field" in document else ""
    allowed = document.get("allowed")
    choices = ", ".join(allowed) if isinstance(allowed, list) else allowed
    return f"{where}{document['message']}" + (f"\nAllowed: {choices}" if choices else "")
