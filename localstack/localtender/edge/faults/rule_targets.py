"""Which calls a rule may name; what can never come true is refused, with what is allowed."""

from __future__ import annotations

import re

from fault_injection.fields import FaultRuleError, RuleFields
from fault_injection.rules import FaultKind
from localtender.edge.faults.calls import OPERATION, POINT
from localtender.edge.faults.error_codes import EXECUTE_API, FUNCTION_URL, ErrorCodes

_HTTP_OPERATION = re.compile(r"[A-Z*?\[\]]+ /.*|\*")
_HTTP_FORM = "a verb, a blank and a path, each with globs: 'POST /v1/payments', 'GET /orders/*'"


def is_glob(text: str) -> bool:
    """Whether a name stands for several."""
    return any(character in text for character in "*?[")


def check_target(known: ErrorCodes, kind: FaultKind, fields: RuleFields) -> None:
    """Raise FaultRuleError for a service, or an operation of it, that does not exist."""
    service, operation = fields.text("service"), fields.text("operation")
    _check_kind(kind, service, operation)
    _check_caller(kind, fields)
    if service is None or is_glob(service):
        return
    if service not in known.services():
        raise FaultRuleError("service", f"{service!r} is not known", known.services())
    if operation is None:
        return
    if service in (EXECUTE_API, FUNCTION_URL):
        if not _HTTP_OPERATION.fullmatch(operation):
            raise FaultRuleError("operation", f"{operation!r} can't be called", _HTTP_FORM)
        return
    names = sorted({name for model in known.models_of(service) for name in model.operation_names})
    if not is_glob(operation) and operation not in names:
        raise FaultRuleError("operation", f"{service} has no {operation!r}", tuple(names))


def _check_caller(kind: FaultKind, fields: RuleFields) -> None:
    """Refuse a caller where it makes no difference who calls."""
    if kind.only_for.get(POINT) == frozenset({"invocation"}):
        for name in ("function", "role"):
            if fields.text(name) is not None:
                message = "is who calls; the function that runs is the resource"
                raise FaultRuleError(name, message, ("resource",))


def _check_kind(kind: FaultKind, service: str | None, operation: str | None) -> None:
    """Refuse a service or an operation that this kind never strikes."""
    only = [name.split(".", 1) for name in sorted(kind.only_for.get(OPERATION, ()))]
    if not only:
        return
    services = sorted({name for name, _ in only})
    if service is not None and not is_glob(service) and service not in services:
        raise FaultRuleError("service", "this kind never strikes it", tuple(services))
    operations = [name for _, name in only]
    if operation is not None and not is_glob(operation) and operation not in operations:
        raise FaultRuleError("operation", "this kind never strikes it", tuple(operations))
