"""What CreateEventSourceMapping takes for a stream.

Source: LocalStack's
``tests/aws/services/lambda_/event_source_mapping/test_api.snapshot.json``
(test_create_starting_position_validation_exceptions), and API_CreateEventSourceMapping for the age.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.lambda_workbench import ACCOUNT, REGION, LambdaWorkbench
from tests.unit.edge.functions.refusals import INVALID, refusal

pytestmark = pytest.mark.anyio

KINESIS = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/payments"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/payments/stream/2026-01-01T00:00:00.000"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:payments"


@pytest.mark.parametrize(
    ("source", "settings", "message"),
    [
        (
            KINESIS,
            {"StartingPosition": "LATEST", "StartingPositionTimestamp": 1_741_010_802},
            "Timestamp only valid with StartingPosition AT_TIMESTAMP",
        ),
        (
            KINESIS,
            {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": -1},
            "Received Exception while reading from provided stream. class java.lang.Long can not "
            "be converted to a Timestamp",
        ),
        (
            TABLE,
            {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": -1},
            f"Unsupported starting position for arn type: {TABLE}",
        ),
        (
            TABLE,
            {},
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
            "constraint: Member must not be null.",
        ),
        (
            QUEUE,
            {"StartingPosition": "LATEST", "StartingPositionTimestamp": 1_741_010_802},
            "StartingPosition is not valid for SQS event sources.",
        ),
        (
            KINESIS,
            {"StartingPosition": "LATEST", "MaximumRecordAgeInSeconds": 30},
            "MaximumRecordAgeInSeconds must be -1, for records of any age, or at least 60.",
        ),
    ],
)
async def test_where_a_stream_is_read_from_is_checked(
    bench: LambdaWorkbench, source: str, settings: dict[str, Any], message: str
) -> None:
    await bench.create()
    answer = await bench.call(
        "CreateEventSourceMapping", FunctionName="worker", EventSourceArn=source, **settings
    )
    assert refusal(answer) == (INVALID, message, 400)


async def test_positions_are_named_in_awss_order(bench: LambdaWorkbench) -> None:
    answer = await bench.call(
        "CreateEventSourceMapping",
        FunctionName="worker",
        EventSourceArn=KINESIS,
        StartingPosition="0",
    )
    assert refusal(answer) == (
        "ValidationException",
        "1 validation error detected: Value '0' at 'startingPosition' failed to satisfy "
        "constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
        400,
    )
