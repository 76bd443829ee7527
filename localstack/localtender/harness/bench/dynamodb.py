"""What the edge adds to a call of a service that the engine answers."""

from __future__ import annotations

import json
import statistics
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localtender.configuration import LOOPBACK
from localtender.harness.bench.emulators import Emulator, running_bare_engine, running_edge
from localtender.harness.bench.figures import Figure, Mark
from localtender.harness.bench.latencies import median_difference
from localtender.harness.bench.load import run_faultless_load
from localtender.harness.bench.load_plan import Call, Lane, LoadPlan, call
from localtender.harness.bench.settings import BenchSettings

SUBJECT = "dynamodb"
_TABLE = "bench"
_USER = "bench-user"
_KEY = {"id": {"S": "b-1"}}
_OPERATIONS = {
    "GetItem": {"TableName": _TABLE, "Key": _KEY},
    "PutItem": {"TableName": _TABLE, "Item": {**_KEY, "amount": {"N": "12.34"}}},
}
_ADDED_MARK_MS = 0.5
_WARM_UP = 100
# Half a millisecond is little beside what a busy machine does to a single call.
_PAIRS_A_REQUEST = 4


@dataclass(frozen=True)
class OperationOverhead:
    """Medians in milliseconds: of both, and of the difference between neighbours."""

    operation: str
    edge_ms: float
    engine_ms: float
    added_ms: float

    def figures(self) -> tuple[Figure, ...]:
        """The operation for the report."""
        return (
            Figure(SUBJECT, f"{self.operation}: p50 through the edge", self.edge_ms, "ms"),
            Figure(SUBJECT, f"{self.operation}: p50, engine alone", self.engine_ms, "ms"),
            Figure(
                SUBJECT,
                f"{self.operation}: added by the edge",
                self.added_ms,
                "ms",
                (Mark("at most", _ADDED_MARK_MS),),
            ),
        )


@dataclass(frozen=True)
class DynamoDbMeasurement:
    """Every operation."""

    operations: tuple[OperationOverhead, ...]

    def figures(self) -> tuple[Figure, ...]:
        """The operations for the report."""
        return tuple(figure for one in self.operations for figure in one.figures())


def measure_dynamodb(settings: BenchSettings) -> DynamoDbMeasurement:
    """Ask the edge and the bare engine in turns, one call each. Raises BenchError.

    A user of IAM asks, so that the edge checks a signature and evaluates policies each time.
    """
    with ExitStack() as running:
        emulators = (
            running.enter_context(running_edge(settings.configuration)),
            running.enter_context(running_bare_engine(settings.configuration)),
        )
        for emulator in emulators:
            _make_table(emulator)
        callers = tuple((emulator, _make_user(emulator)) for emulator in emulators)
        pairs = settings.requests * _PAIRS_A_REQUEST
        return DynamoDbMeasurement(
            tuple(_overhead(callers, operation, pairs) for operation in _OPERATIONS)
        )


def _make_table(emulator: Emulator) -> None:
    client = emulator.client("dynamodb")
    client.create_table(
        TableName=_TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(**_OPERATIONS["PutItem"])


def _make_user(emulator: Emulator) -> Credentials:
    """A user that may use the table and nothing else, with an access key."""
    iam: Any = emulator.client("iam")
    iam.create_user(UserName=_USER)
    statement = {
        "Effect": "Allow",
        "Action": [f"dynamodb:{operation}" for operation in _OPERATIONS],
        "Resource": f"arn:aws:dynamodb:*:*:table/{_TABLE}",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=_USER, PolicyName=_TABLE, PolicyDocument=policy)
    key = iam.create_access_key(UserName=_USER)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def _overhead(
    callers: tuple[tuple[Emulator, Credentials], ...], operation: str, pairs: int
) -> OperationOverhead:
    lanes = tuple(
        Lane(emulator.port, (_signed(emulator, credentials, operation),), count=1)
        for emulator, credentials in callers
    )
    outcome = run_faultless_load(LoadPlan(lanes, clients=1, rounds=pairs, warm_up=_WARM_UP))
    edge, engine = (lane.milliseconds for lane in outcome.lanes)
    return OperationOverhead(
        operation,
        edge_ms=statistics.median(edge),
        engine_ms=statistics.median(engine),
        added_ms=median_difference(edge, engine),
    )


def _signed(emulator: Emulator, credentials: Credentials, operation: str) -> Call:
    body = json.dumps(_OPERATIONS[operation]).encode()
    request: Any = AWSRequest(
        method="POST",
        url=f"http://{LOOPBACK}:{emulator.port}/",
        headers={
            "Host": f"{LOOPBACK}:{emulator.port}",
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        },
        data=body,
    )
    SigV4Auth(credentials, "dynamodb", emulator.region).add_auth(request)
    return call("POST", "/", headers=dict(request.headers.items()), body=body)
