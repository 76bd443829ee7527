"""Conflicts and lost races of DynamoDB, as "TransactWriteItems" of its API reference has them."""

from __future__ import annotations

from typing import Any

import pytest

from fault_injection.fields import FaultRuleError
from localtender.edge.faults.actions import AnswerError
from localtender.edge.faults.calls import Call, api_call
from localtender.edge.faults.edge_faults import EdgeFaults
from localtender.edge.faults.error_codes import ErrorCodes
from localtender.edge.journal import Journal
from localtender.edge.protocol.errors import ServiceError
from localtender.edge.protocol.models import ServiceModels

PLAIN = {"TableName": "Orders", "Item": {}}
CONDITIONAL = {**PLAIN, "ConditionExpression": "attribute_not_exists(id)"}
TRANSACTION = {"TransactItems": [{"Put": PLAIN}, {"Put": CONDITIONAL}, {"Put": PLAIN}]}


@pytest.fixture
def faults() -> EdgeFaults:
    return EdgeFaults(ErrorCodes(ServiceModels()), Journal())


def answered(faults: EdgeFaults, operation: str, parameters: dict[str, Any]) -> ServiceError | None:
    call: Call = api_call(
        "dynamodb",
        "dynamodb",
        operation,
        parameters,
        account_id="000000000000",
        region="us-east-1",
    )
    strike = faults.strike(call)
    if strike is None:
        return None
    action = strike.faults[0].effect.action
    assert isinstance(action, AnswerError)
    return action.error(call)


def reasons(error: ServiceError | None) -> list[str]:
    assert error is not None
    assert error.code == "TransactionCanceledException"
    return [reason["Code"] for reason in error.fields["CancellationReasons"]]


def test_a_conflict_cancels_a_transaction_and_says_for_which_item(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "transaction-conflict", "item": 2})

    error = answered(faults, "TransactWriteItems", TRANSACTION)

    assert reasons(error) == ["None", "None", "TransactionConflict"]
    assert str(error).endswith("specific reasons [None, None, TransactionConflict]")


def test_a_conflict_refuses_a_single_write_but_no_read(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "transaction-conflict"})

    error = answered(faults, "UpdateItem", PLAIN)

    assert error is not None
    assert error.code == "TransactionConflictException"
    assert answered(faults, "GetItem", {"TableName": "Orders"}) is None


def test_only_a_write_with_a_condition_loses_a_race(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "conditional-check-failed", "nth": 1})

    assert answered(faults, "PutItem", PLAIN) is None
    error = answered(faults, "PutItem", CONDITIONAL)

    assert error is not None
    assert error.code == "ConditionalCheckFailedException"
    assert error.message == "The conditional request failed"


def test_the_item_with_the_condition_cancels_a_transaction(faults: EdgeFaults) -> None:
    faults.rules.add({"kind": "conditional-check-failed"})

    error = answered(faults, "TransactWriteItems", TRANSACTION)

    assert reasons(error) == ["None", "ConditionalCheckFailed", "None"]
    assert answered(faults, "TransactWriteItems", {"TransactItems": [{"Put": PLAIN}]}) is None


def test_the_error_by_its_code_has_reasons_too(faults: EdgeFaults) -> None:
    code = "TransactionCanceledException"
    faults.rules.add({"kind": "error", "service": "dynamodb", "code": code})

    error = answered(faults, "TransactWriteItems", TRANSACTION)

    assert reasons(error) == ["TransactionConflict", "None", "None"]


@pytest.mark.parametrize(
    ("rule", "field", "allowed"),
    [
        ({"kind": "transaction-conflict", "service": "sqs"}, "service", "dynamodb"),
        ({"kind": "transaction-conflict", "operation": "Scan"}, "operation", "PutItem"),
        ({"kind": "reordering", "operation": "SendMessage"}, "operation", "ReceiveMessage"),
        ({"kind": "crash", "service": "sqs"}, "service", "lambda"),
        ({"kind": "crash", "function": "pay"}, "function", "resource"),
        ({"kind": "crash", "when": "after", "milliseconds": 5}, "milliseconds", "0"),
    ],
)
def test_a_kind_is_refused_where_it_never_strikes(
    faults: EdgeFaults, rule: dict[str, Any], field: str, allowed: str
) -> None:
    with pytest.raises(FaultRuleError) as refused:
        faults.rules.add(rule)

    assert refused.value.field == field
    assert allowed in str(refused.value.allowed)
