"""Faults of invocations, whoever invokes: a client, API Gateway, a poller, Lambda for an event."""

from __future__ import annotations

from dataclasses import replace

from fault_injection.effects import Action, Wait
from localtender.edge.faults.actions import AnswerError, CrashEnvironment, StartCold
from localtender.edge.faults.calls import Call, invocation_call
from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.functions.disturbance import Crash, Disturbance
from localtender.edge.functions.names import FunctionReference


class InvocationFaults:
    """Says what befalls an invocation; satisfies `Disturbances`."""

    def __init__(self, faults: EdgeFaults) -> None:
        self._faults = faults

    def befall(self, reference: FunctionReference) -> Disturbance | None:
        """What befalls an invocation that is about to run; None for nothing."""
        if not self._faults:
            return None
        call = invocation_call(reference)
        strike = self._faults.strike(call)
        if strike is None:
            return None
        disturbance = Disturbance()
        for action in strike.actions("before"):
            disturbance = _added(disturbance, action, call)
        for action in strike.actions("after"):
            disturbance = _added_after(disturbance, action, call)
        refusal = disturbance.refusal or disturbance.refusal_after
        status = 200 if refusal is None else refusal.status
        self._faults.note(call, strike.names, target="lambda", path=reference.arn, status=status)
        return disturbance


def _added(disturbance: Disturbance, action: Action, call: Call) -> Disturbance:
    match action:
        case Wait(seconds):
            return replace(disturbance, delay_seconds=disturbance.delay_seconds + seconds)
        case AnswerError(error):
            return replace(disturbance, refusal=error(call))
        case StartCold(seconds):
            return replace(disturbance, cold_start_seconds=seconds)
        case CrashEnvironment("before", seconds):
            return replace(disturbance, crash=Crash(seconds))
        case CrashEnvironment("after", _):
            return replace(disturbance, crash=Crash(None))
    return disturbance


def _added_after(disturbance: Disturbance, action: Action, call: Call) -> Disturbance:
    match action:
        case Wait(seconds):
            delay = disturbance.delay_after_seconds + seconds
            return replace(disturbance, delay_after_seconds=delay)
        case AnswerError(error):
            return replace(disturbance, refusal_after=error(call))
    return disturbance
