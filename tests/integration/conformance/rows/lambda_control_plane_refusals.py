"""What Lambda's own operations refuse."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.conformance import documentation as docs
from tests.integration.conformance.laboratory import Laboratory
from tests.integration.conformance.observing import outcome
from tests.integration.conformance.packages import created
from tests.integration.conformance.row import Area

AREA = Area("Lambda: control plane, refusals")


def _refusal(
    behaviour: str,
    aws: str,
    call: Callable[[Laboratory], object],
    source: docs.Documentation = docs.RECORDED_LAMBDA,
) -> None:
    """A row for an operation that AWS refuses."""

    def probe(lab: Laboratory) -> str:
        return outcome(lambda: call(lab))

    probe.__name__ = behaviour
    AREA.row(behaviour, aws=aws, source=source)(probe)


def _code(behaviour: str, aws: str, call: Callable[[Laboratory], object], operation: str) -> None:
    """A row for a refusal by its status and code, as the API reference has them."""

    def probe(lab: Laboratory) -> str:
        return outcome(lambda: call(lab)).partition(":")[0]

    probe.__name__ = behaviour
    AREA.row(behaviour, aws=aws, source=docs.lambda_api(operation))(probe)


_MISSING = "arn:aws:lambda:us-east-1:000000000000:function:no-such-function"

_refusal(
    "GetFunction of one that there is not",
    f"404 ResourceNotFoundException: Function not found: {_MISSING}",
    lambda lab: lab.functions.get_function(FunctionName="no-such-function"),
)
_refusal(
    "DeleteFunction of one that there is not",
    f"404 ResourceNotFoundException: Function not found: {_MISSING}",
    lambda lab: lab.functions.delete_function(FunctionName="no-such-function"),
)
_code(
    "CreateFunction of a name that is there",
    "409 ResourceConflictException",
    lambda lab: created(lab, FunctionName=created(lab)["FunctionName"]),
    "CreateFunction",
)
_code(
    "CreateFunction with a runtime that there is not",
    "400 InvalidParameterValueException",
    lambda lab: created(lab, Runtime="python1.5"),
    "CreateFunction",
)
_code(
    "CreateFunction with a role that there is not",
    "400 InvalidParameterValueException",
    lambda lab: created(lab, Role=f"arn:aws:iam::{lab.account_id}:role/no-such-role"),
    "CreateFunction",
)
_code(
    "CreateFunction with code that is no zip",
    "400 InvalidParameterValueException",
    lambda lab: created(lab, Code={"ZipFile": b"no zip"}),
    "CreateFunction",
)
_code(
    "CreateFunction with 40,000 MB of memory",
    "400 ValidationException",
    lambda lab: created(lab, MemorySize=40_000),
    "CreateFunction",
)
_code(
    "CreateFunction with a time-out of 901 s",
    "400 ValidationException",
    lambda lab: created(lab, Timeout=901),
    "CreateFunction",
)
_code(
    "CreateFunction with a reserved environment variable",
    "400 InvalidParameterValueException",
    lambda lab: created(lab, Environment={"Variables": {"AWS_REGION": "x"}}),
    "CreateFunction",
)
_code(
    "CreateFunction with more than 4 KB of environment variables",
    "400 InvalidParameterValueException",
    lambda lab: created(lab, Environment={"Variables": {"LONG": "x" * 4100}}),
    "CreateFunction",
)
_code(
    "GetPolicy of a function without one",
    "404 ResourceNotFoundException",
    lambda lab: lab.functions.get_policy(FunctionName=created(lab)["FunctionName"]),
    "GetPolicy",
)
_code(
    "CreateAlias of a version that there is not",
    "404 ResourceNotFoundException",
    lambda lab: lab.functions.create_alias(
        FunctionName=created(lab)["FunctionName"], Name="live", FunctionVersion="7"
    ),
    "CreateAlias",
)
_code(
    "CreateEventSourceMapping of a queue that there is not",
    "400 InvalidParameterValueException",
    lambda lab: lab.functions.create_event_source_mapping(
        FunctionName=created(lab)["FunctionName"],
        EventSourceArn=f"arn:aws:sqs:{lab.region}:{lab.account_id}:{lab.name()}",
    ),
    "CreateEventSourceMapping",
)
_code(
    "CreateEventSourceMapping of a stream without a starting position",
    "400 InvalidParameterValueException",
    lambda lab: lab.functions.create_event_source_mapping(
        FunctionName=created(lab)["FunctionName"],
        EventSourceArn=f"arn:aws:kinesis:{lab.region}:{lab.account_id}:stream/{lab.name()}",
    ),
    "CreateEventSourceMapping",
)
_code(
    "PutFunctionConcurrency that leaves the account less than 100",
    "400 InvalidParameterValueException",
    lambda lab: lab.functions.put_function_concurrency(
        FunctionName=created(lab)["FunctionName"], ReservedConcurrentExecutions=950
    ),
    "PutFunctionConcurrency",
)
_code(
    "PublishLayerVersion without content",
    "400 InvalidParameterValueException",
    lambda lab: lab.functions.publish_layer_version(
        LayerName=lab.name(), Content={"ZipFile": b"no zip"}
    ),
    "PublishLayerVersion",
)


def _twice_permitted(lab: Laboratory) -> None:
    name = created(lab)["FunctionName"]
    for _ in range(2):
        lab.functions.add_permission(
            FunctionName=name,
            StatementId="same",
            Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com",
        )


_code(
    "AddPermission of a statement id that is there",
    "409 ResourceConflictException",
    _twice_permitted,
    "AddPermission",
)
