"""Rules of faults of AWS: which are taken, which are refused, and which calls they strike."""

from __future__ import annotations

from typing import Any

import pytest

from fault_injection.fields import FaultRuleError
from localtender.edge.faults.actions import AnswerError
from localtender.edge.faults.calls import Call, CallerNames, api_call, invocation_call
from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.faults.queue_faults import QueueFaults
from localtender.edge.functions.names import FunctionReference
from localtender.edge.journal import Journal
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.models import ServiceModels

KNOWN = ErrorCodes(ServiceModels())
PUT = {"TableName": "Orders", "Item": {}}


@pytest.fixture
def faults() -> EdgeFaults:
    return EdgeFaults(KNOWN, Journal())


def a_call(
    service: str = "dynamodb",
    operation: str = "PutItem",
    parameters: dict[str, Any] | None = None,
    caller: CallerNames | None = None,
) -> Call:
    return api_call(
        service,
        service,
        operation,
        PUT if parameters is None else parameters,
        account_id="000000000000",
        region="us-east-1",
        caller=caller or CallerNames(),
    )


def struck(faults: EdgeFaults, call: Call) -> list[str]:
    strike = faults.strike(call)
    return [] if strike is None else [fault.kind for fault in strike.faults]


def error(faults: EdgeFaults, call: Call) -> ServiceError:
    strike = faults.strike(call)
    assert strike is not None
    action = strike.faults[-1].effect.action
    assert isinstance(action, AnswerError)
    return action.error(call)


@pytest.mark.parametrize(
    ("rule", "strikes"),
    [
        ({}, True),
        ({"service": "dynamodb"}, True),
        ({"service": "sqs"}, False),
        ({"service": "dyn*"}, True),
        ({"operation": "Put*"}, True),
        ({"operation": "GetItem"}, False),
        ({"resource": "Orders"}, True),
        ({"resource": "arn:aws:dynamodb:us-east-1:000000000000:table/Ord*"}, True),
        ({"resource": "Customers"}, False),
        ({"region": "us-east-1", "account": "000000000000"}, True),
        ({"region": "eu-*"}, False),
        ({"function": "payments-api"}, True),
        ({"function": "other"}, False),
        ({"role": "arn:aws:iam::*:role/payments"}, True),
    ],
)
def test_a_rule_strikes_the_calls_that_it_names(
    faults: EdgeFaults, rule: dict[str, Any], strikes: bool
) -> None:
    faults.rules.add({"kind": "reset", **rule})
    caller = CallerNames(("payments-api",), ("payments", "arn:aws:iam::000000000000:role/payments"))

    assert bool(struck(faults, a_call(caller=caller))) is strikes


@pytest.mark.parametrize(
    ("rule", "field", "allowed"),
    [
        ({"kind": "quake"}, "kind", "latency"),
        ({"kind": "reset", "service": "dinamo"}, "service", "dynamodb"),
        ({"kind": "reset", "service": "dynamodb", "operation": "PutItems"}, "operation", "PutItem"),
        ({"kind": "reset", "service": "execute-api", "operation": "GetItem"}, "operation", "verb"),
        ({"kind": "error", "service": "sqs", "code": "SlowDown"}, "code", "RequestThrottled"),
        ({"kind": "error", "code": "OverLimit"}, "code", "ServiceUnavailable"),
        ({"kind": "error", "code": []}, "code", "an error code"),
        ({"kind": "error", "status": 200}, "status", "400 to 599"),
        ({"kind": "latency"}, "milliseconds", "a number"),
        ({"kind": "throttle", "code": "x"}, "code", "service"),
        ({"kind": "reset", "table": "Orders"}, "table", "resource"),
        ({"kind": "reset", "probability": 2}, "probability", "0 to 1"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_what_is_allowed(
    faults: EdgeFaults, rule: dict[str, Any], field: str, allowed: str
) -> None:
    with pytest.raises(FaultRuleError) as refused:
        faults.rules.add(rule)

    assert refused.value.field == field
    assert allowed in str(refused.value.allowed)
    assert not faults


def test_an_error_is_the_one_that_the_rule_names(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "error", "service": "dynamodb", "code": "RequestLimitExceeded"})

    found = error(faults, a_call())

    assert (found.code, found.status) == ("RequestLimitExceeded", 400)
    assert found.message.startswith("Throughput exceeds the current throughput limit")


def test_message_and_status_can_be_said_in_the_rule(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "error", "code": "ServiceUnavailable", "message": "m", "status": 599})

    found = error(faults, a_call())

    assert (found.code, found.status, found.message) == ("ServiceUnavailable", 599, "m")


def test_without_a_code_the_service_is_at_fault_itself(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "error", "seed": 1})

    codes = {error(faults, a_call()).code for _ in range(40)}

    assert codes == {"InternalServerError", "ServiceUnavailable"}


def test_several_codes_take_turns_by_the_seed(faults: EdgeFaults) -> None:
    rule = {"kind": "error", "code": ["InternalServerError", "ThrottlingException"], "seed": 3}
    faults.rules.add({"id": "a", "service": "dynamodb", **rule})
    first = [error(faults, a_call()).code for _ in range(20)]
    faults.rules.add({"id": "a", "service": "dynamodb", **rule})

    assert [error(faults, a_call()).code for _ in range(20)] == first
    assert len(set(first)) == 2


def test_an_invocation_is_struck_where_the_function_runs(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "throttle", "service": "lambda", "resource": "pay"})
    request = a_call("lambda", "Invoke", {"FunctionName": "pay"})
    running = invocation_call(FunctionReference("000000000000", "us-east-1", "pay"))

    assert (struck(faults, request), struck(faults, running)) == ([], ["throttle"])
    assert dict(error(faults, running).fields) == {"Reason": "ConcurrentInvocationLimitExceeded"}


def test_the_connection_of_an_invocation_can_break(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "reset", "service": "lambda", "resource": "pay"})
    running = invocation_call(FunctionReference("000000000000", "us-east-1", "pay"))

    assert struck(faults, a_call("lambda", "Invoke", {"FunctionName": "pay"})) == ["reset"]
    assert struck(faults, running) == []


def test_a_rule_that_is_read_can_be_given_back(faults: EdgeFaults) -> None:
    rule = {"kind": "error", "service": "sqs", "code": "OverLimit", "when": "after", "nth": [1, 3]}
    faults.rules.add({**rule, "status": 403, "message": "full"})
    shown = faults.rules.describe()

    assert [again.describe() for again in faults.rules.replace(shown)] == shown


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("dynamodb", "TransactWriteItems", {"TransactItems": 7}),
        ("dynamodb", "TransactWriteItems", {"TransactItems": ["x", None, {"Put": 1}]}),
        ("dynamodb", "BatchGetItem", {"RequestItems": [1, {"TableName": ["x"]}]}),
        ("dynamodb", "PutItem", {"TableName": {"S": "x"}, "ConditionExpression": 1}),
        ("sqs", "ReceiveMessage", {"QueueUrl": 1, "MaxNumberOfMessages": "many"}),
        ("sqs", "DeleteMessageBatch", {"QueueUrl": None, "Entries": {"a": 1}}),
    ],
)
def test_parameters_of_any_kind_can_be_struck(
    faults: EdgeFaults, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    faults.rules.add({"kind": "conditional-check-failed"})
    faults.rules.add({"kind": "error"})
    call, queues = a_call(service, operation, parameters), QueueFaults(faults)

    found = error(faults, call)
    queues.delivered(call, [{"ReceiptHandle": "r"}])

    assert found.status >= 400
    assert queues.deletes_again(call) is False
