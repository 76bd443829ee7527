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
from localtender.edge.faults import conditional_check, transaction_conflict
from localtender.edge.faults.calls import CONDITIONAL, OPERATION, POINT, RECEIVE
from localtender.edge.faults.cold_start import ColdStart
from localtender.edge.faults.conditional_check import ConditionalCheckFailed
from localtender.edge.faults.crash import Crash
from localtender.edge.faults.duplicate_delivery import DuplicateDelivery
from localtender.edge.faults.error import Error, parse_error
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.faults.reordering import Reordering
from localtender.edge.faults.rule_targets import check_target
from localtender.edge.faults.throttle import Throttle, parse_throttle
from localtender.edge.faults.transaction_conflict import TransactionConflict

_CONNECTION = {POINT: frozenset({"connection"})}
_CALL = {POINT: frozenset({"service", "invocation"})}
_MESSAGES = {POINT: frozenset({"messages"}), OPERATION: frozenset({RECEIVE})}
_INVOCATION = {POINT: frozenset({"invocation"}), OPERATION: frozenset({"lambda.Invoke"})}


def fault_kinds(known: ErrorCodes) -> Mapping[str, FaultKind]:
    """The kinds, which look up errors among those known."""
    kinds = {
        Latency.kind: FaultKind(Latency.parse, _CALL),
        Error.kind: FaultKind(partial(parse_error, known), _CALL),
        Throttle.kind: FaultKind(partial(parse_throttle, known), _CALL),
        TransactionConflict.kind: FaultKind(
            TransactionConflict.parse, {OPERATION: transaction_conflict.OPERATIONS}
        ),
        ConditionalCheckFailed.kind: FaultKind(
            ConditionalCheckFailed.parse,
            {OPERATION: conditional_check.OPERATIONS, CONDITIONAL: frozenset({"yes"})},
        ),
        DuplicateDelivery.kind: FaultKind(DuplicateDelivery.parse, _MESSAGES),
        Reordering.kind: FaultKind(Reordering.parse, _MESSAGES),
        ColdStart.kind: FaultKind(ColdStart.parse, _INVOCATION),
        Crash.kind: FaultKind(Crash.parse, _INVOCATION),
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
