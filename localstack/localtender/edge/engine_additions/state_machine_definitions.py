"""Whether the definition of a state machine is one: ValidateStateMachineDefinition.

Follows the API reference and the structure that the Amazon States Language specification
(https://states-language.net/spec.html) asks for: `StartAt`, `States`, known types, transitions to
states that exist, an end. What stands inside paths, intrinsic functions and task parameters is
not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from localtender.edge.engine_additions.calls import Addition, EngineCall
from localtender.edge.engine_requests import json_answer
from localtender.edge.protocol.messages import HttpResponse

_TYPES: Final = ("Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")
_ENDS_BY_ITSELF: Final = ("Choice", "Fail", "Succeed")
_REQUIRED: Final = {"Choice": ("Choices",), "Parallel": ("Branches",), "Task": ("Resource",)}
_ITERATORS: Final = ("ItemProcessor", "Iterator")

Diagnostic = dict[str, str]


class StateMachineDefinitionAdditions:
    """Answers ValidateStateMachineDefinition."""

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By service and operation."""
        return {("stepfunctions", "ValidateStateMachineDefinition"): self._validate}

    async def _validate(self, call: EngineCall) -> HttpResponse:
        found = list(diagnostics(str(call.document.get("definition") or "")))
        return json_answer({"result": "FAIL" if found else "OK", "diagnostics": found})


def diagnostics(definition: str) -> Iterator[Diagnostic]:
    """Yield what is wrong with a definition, with severity, code, message and location."""
    try:
        document = json.loads(definition)
    except ValueError as failure:
        yield _error("INVALID_JSON_DESCRIPTION", f"The definition is not JSON: {failure}", "")
        return
    if not isinstance(document, dict):
        yield _schema("The definition is not a JSON object", "")
        return
    yield from _machine(document, "")


def _machine(machine: dict[str, Any], at: str) -> Iterator[Diagnostic]:
    states, start = machine.get("States"), machine.get("StartAt")
    if not isinstance(states, dict) or not states:
        yield _schema("Missing 'States'", f"{at}/States")
        return
    if not isinstance(start, str):
        yield _schema("Missing 'StartAt'", f"{at}/StartAt")
    elif start not in states:
        yield _error(
            "MISSING_TRANSITION_TARGET", f"Missing 'Next' target: {start}", f"{at}/StartAt"
        )
    for name, state in states.items():
        here = f"{at}/States/{name}"
        if isinstance(state, dict):
            yield from _state(state, states, here)
        else:
            yield _schema("A state is a JSON object", here)


def _state(state: dict[str, Any], states: dict[str, Any], at: str) -> Iterator[Diagnostic]:
    kind = state.get("Type")
    if kind not in _TYPES:
        yield _schema(f"'Type' is not one of {', '.join(_TYPES)}", f"{at}/Type")
        return
    for member in _REQUIRED.get(kind, ()):
        if not state.get(member):
            yield _schema(f"Missing '{member}'", f"{at}/{member}")
    if kind not in _ENDS_BY_ITSELF and "Next" not in state and state.get("End") is not True:
        yield _schema("A state has 'Next' or 'End'", at)
    for target, where in _transitions(state):
        if target not in states:
            yield _error(
                "MISSING_TRANSITION_TARGET", f"Missing 'Next' target: {target}", f"{at}/{where}"
            )
    if kind == "Map" and not any(isinstance(state.get(name), dict) for name in _ITERATORS):
        yield _schema("Missing 'ItemProcessor'", f"{at}/ItemProcessor")
    for name in _ITERATORS:
        if isinstance(state.get(name), dict):
            yield from _machine(state[name], f"{at}/{name}")
    for index, branch in enumerate(_objects(state.get("Branches"))):
        yield from _machine(branch, f"{at}/Branches[{index}]")


def _transitions(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for member in ("Next", "Default"):
        if isinstance(state.get(member), str):
            yield state[member], member
    for member in ("Choices", "Catch"):
        for index, rule in enumerate(_objects(state.get(member))):
            if isinstance(rule.get("Next"), str):
                yield rule["Next"], f"{member}[{index}]/Next"


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _schema(message: str, location: str) -> Diagnostic:
    return _error("SCHEMA_VALIDATION_FAILED", message, location)


def _error(code: str, message: str, location: str) -> Diagnostic:
    return {
        "severity": "ERROR",
        "code": code,
        "message": f"{message} at {location or '/'}",
        "location": location or "/",
    }
