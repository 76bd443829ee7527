"""A call as fault rules see it, whatever it came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from localtender.edge.faults.resources import resources_of
from localtender.edge.functions.names import FunctionReference

MATCH_FIELDS = ("service", "operation", "resource", "region", "account", "function", "role")
"""The parts of a call that a rule may name; the last two are the caller's."""

# Where a call is: on a connection, at a service, at the messages that it received, or at the
# function that it invokes.
Point = Literal["connection", "service", "messages", "invocation"]
POINT = "point"
OPERATION = "service.operation"
RECEIVE = "sqs.ReceiveMessage"
DELETIONS = frozenset({"sqs.DeleteMessage", "sqs.DeleteMessageBatch"})
CONDITIONAL = "conditional"

_INVOCATIONS = frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"})
_CONDITIONS = ("ConditionExpression", "Expected")


@dataclass(frozen=True)
class CallerNames:
    """Who calls: a function by its name, ARN and qualified ARN, and a role likewise; or neither."""

    functions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


NOBODY = CallerNames()


@dataclass(frozen=True)
class Call:
    """One call. `service` is botocore's name, `execute-api` or `lambda-url`; `parameters` are the
    input of its operation, empty for what was deployed.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_invocation(self) -> bool:
        """Whether it is one of Lambda's operations that run a function."""
        return self.service == "lambda" and self.operation in _INVOCATIONS


def api_call(
    service: str,
    signing_name: str,
    operation: str,
    parameters: Mapping[str, Any],
    *,
    account_id: str,
    region: str,
    caller: CallerNames = NOBODY,
) -> Call:
    """A call of an operation of AWS's API."""
    invokes = service == "lambda" and operation in _INVOCATIONS
    return Call(
        service,
        operation,
        parameters,
        {
            "service": (service, signing_name),
            "operation": (operation,),
            "resource": resources_of(service, parameters, region=region, account_id=account_id),
            "region": (region,),
            "account": (account_id,),
            "function": caller.functions,
            "role": caller.roles,
            # An invocation is struck where the function runs, so that it does not matter who asks.
            POINT: ("connection",) if invokes else ("connection", "service"),
            OPERATION: (f"{service}.{operation}",),
            CONDITIONAL: ("yes",) if is_conditional(parameters) else (),
        },
    )


def invocation_call(reference: FunctionReference) -> Call:
    """A function that is about to run, by whatever way it is invoked."""
    names = (reference.name, reference.unqualified_arn, reference.arn)
    return Call(
        "lambda",
        "Invoke",
        {"FunctionName": reference.name},
        {
            "service": ("lambda",),
            "operation": ("Invoke",),
            "resource": names,
            "region": (reference.region,),
            "account": (reference.account_id,),
            POINT: ("invocation",),
            OPERATION: ("lambda.Invoke",),
        },
    )


def is_conditional(parameters: Mapping[str, Any]) -> bool:
    """Whether a write to DynamoDB, or one in a transaction, depends on a condition."""
    if any(parameters.get(name) for name in _CONDITIONS):
        return True
    return any(has_condition(item) for item in transact_items(parameters))


def transact_items(parameters: Mapping[str, Any]) -> list[Any]:
    """The items of a transaction; none where a client sends something else in their place."""
    items = parameters.get("TransactItems")
    return items if isinstance(items, list) else []


def has_condition(transact_item: Any) -> bool:
    """Whether an item of a transaction depends on a condition."""
    if not isinstance(transact_item, Mapping):
        return False
    return any(
        isinstance(action, Mapping) and action.get("ConditionExpression")
        for action in transact_item.values()
    )
