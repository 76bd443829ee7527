"""Every kind of fault of AWS, by the name it has in a rule, with the calls it can strike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from fault_injection.effects import Fault
from fault_injection.fields import RuleFields
from fault_injection.hang import Hang
from fault_injection.latency import Latency
from fault_injection.reset import ConnectionReset
from fault_injection.rules import FaultKind
from fault_injection.truncated import Truncated
from localtender.edge.faults.calls import POINT
from localtender.edge.faults.error import Error, parse_error
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.faults.rule_targets import check_target
from localtender.edge.faults.throttle import Throttle, parse_throttle

_CONNECTION = {POINT: frozenset({"connection"})}
_CALL = {POINT: frozenset({"service", "invocation"})}


def fault_kinds(known: ErrorCodes) -> Mapping[str, FaultKind]:
    """The kinds, which look up errors among those known."""
    kinds = {
        Latency.kind: FaultKind(Latency.parse, _CALL),
        Error.kind: FaultKind(partial(parse_error, known), _CALL),
        Throttle.kind: FaultKind(partial(parse_throttle, known), _CALL),
        Hang.kind: FaultKind(Hang.parse, _CONNECTION),
        ConnectionReset.kind: FaultKind(ConnectionReset.parse, _CONNECTION),
        Truncated.kind: FaultKind(Truncated.parse, _CONNECTION),
    }
    return {name: FaultKind(_checked(known, kind), kind.only_for) for name, kind in kinds.items()}


def _checked(known: ErrorCodes, kind: FaultKind) -> Callable[[RuleFields], Fault]:
    def parse(fields: RuleFields) -> Fault:
        check_target(known, kind, fields)
        return kind.parse(fields)

    return parse
