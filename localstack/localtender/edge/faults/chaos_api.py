"""LocalStack's Chaos API over the same rules, so that what is written for it works here.

After the page "Chaos API" of LocalStack's documentation: `POST` replaces the rules of
`/_localstack/chaos/faults`, `PATCH` adds to them and `DELETE` removes those that are given; rules
are looked at in turn until one matches, every field may be left out, and an error is 503
ServiceUnavailable unless it says otherwise, with any code. `/_localstack/chaos/effects` takes a
`latency` in milliseconds for every call.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from fault_injection.fields import FaultRuleError
from fault_injection.rules import FaultRules, UnknownFaultRuleError
from localtender.edge.faults.control import json_answer, method_not_allowed, read_document
from localtender.edge.protocol.messages import HttpRequest, HttpResponse
from localtender.edge.routes import CHAOS_PATH

_FAULTS = CHAOS_PATH + "faults"
_EFFECTS = CHAOS_PATH + "effects"
_FIELDS = ("service", "region", "operation", "probability", "error")
_ERROR_FIELDS = ("statusCode", "code")
_LATENCY_ID = "chaos-latency"
_MESSAGE = "Operation failed due to a simulated fault"


class ChaosApi:
    """Answers LocalStack's form; its rules stand among the others, by ids of their own."""

    def __init__(self, rules: FaultRules) -> None:
        self._rules = rules
        self._given: dict[str, dict[str, Any]] = {}
        self._added = 0

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request below `CHAOS_PATH`; a bad rule is a 400 that names the field."""
        try:
            match request.path.rstrip("/"), request.method:
                case path, "GET" if path == _FAULTS:
                    return json_answer(self._faults())
                case path, "POST" | "PATCH" | "DELETE" if path == _FAULTS:
                    self._change(request.method, read_document(request))
                    return json_answer(self._faults())
                case path, "GET" if path == _EFFECTS:
                    return json_answer({"latency": self._latency()})
                case path, "POST" if path == _EFFECTS:
                    self._affect(read_document(request))
                    return json_answer({"latency": self._latency()})
                case path, _ if path in (_FAULTS, _EFFECTS):
                    allowed = "GET, POST, PATCH, DELETE" if path == _FAULTS else "GET, POST"
                    return method_not_allowed(request, allowed)
        except FaultRuleError as error:
            return json_answer(error.document(), 400)
        return json_answer({"message": f"No route {request.method} {request.path}."}, 404)

    def _faults(self) -> list[dict[str, Any]]:
        """What is in force of what was given; rules may have gone by the other control API."""
        ids = {rule["id"] for rule in self._rules.describe()}
        self._given = {name: rule for name, rule in self._given.items() if name in ids}
        return list(self._given.values())

    def _change(self, method: str, document: Any) -> None:
        if not isinstance(document, list) or not all(isinstance(rule, dict) for rule in document):
            raise FaultRuleError("body", "must be a list of rules", "a list of objects")
        if method == "DELETE":
            for name in [name for name, rule in self._given.items() if rule in document]:
                self._remove(name)
            return
        converted = [self._convert(rule) for rule in document]
        replaced = list(self._given) if method == "POST" else []
        added = self._rules.add_all(converted)
        for name in replaced:
            self._remove(name)
        self._given.update((rule.id, given) for rule, given in zip(added, document, strict=True))

    def _remove(self, name: str) -> None:
        del self._given[name]
        with suppress(UnknownFaultRuleError):
            self._rules.remove(name)

    def _convert(self, given: dict[str, Any]) -> dict[str, Any]:
        _refuse_unknown(given, _FIELDS, "")
        error = given.get("error", {})
        if not isinstance(error, dict):
            raise FaultRuleError("error", "must be an object", _ERROR_FIELDS)
        _refuse_unknown(error, _ERROR_FIELDS, "error.")
        self._added += 1
        same = {name: given[name] for name in _FIELDS[:4] if name in given}
        return {
            **same,
            "id": f"chaos-{self._added}",
            "kind": "error",
            "code": error.get("code", "ServiceUnavailable"),
            "status": error.get("statusCode", 503),
            "message": _MESSAGE,
            "any_code": True,
        }

    def _latency(self) -> float:
        known = {rule["id"]: rule for rule in self._rules.describe()}
        milliseconds: float = known.get(_LATENCY_ID, {}).get("milliseconds", 0)
        return milliseconds

    def _affect(self, document: Any) -> None:
        if not isinstance(document, dict):
            raise FaultRuleError("body", "must be an object", ("latency",))
        _refuse_unknown(document, ("latency",), "")
        latency = document.get("latency", 0)
        if latency == 0:
            with suppress(UnknownFaultRuleError):
                self._rules.remove(_LATENCY_ID)
        else:
            self._rules.add({"id": _LATENCY_ID, "kind": "latency", "milliseconds": latency})


def _refuse_unknown(given: dict[str, Any], known: tuple[str, ...], prefix: str) -> None:
    for name in given:
        if name not in known:
            raise FaultRuleError(f"{prefix}{name}", "is not a field of this", known)
