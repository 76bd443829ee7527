"""DynamoDB Streams and Kinesis data streams as an event source reads them.

The records follow https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html and
https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localtender.engines.calls import EngineCalls

READ_LIMIT = 1000
"""Records that one call of DynamoDB Streams returns at most."""


@dataclass(frozen=True)
class StreamRecord:
    """One record; `arrived` is in seconds since the epoch, `event` what the function gets.

    `partition` tells which records must stay in order, `payload` is a Kinesis record's data.
    """

    sequence_number: str
    arrived: float
    partition: str
    event: dict[str, Any]
    payload: bytes = b""


@dataclass(frozen=True)
class StartingPosition:
    """Where the reading of a shard begins: a kind of AWS's, with what that kind needs."""

    kind: str
    timestamp: datetime | None = None
    sequence_number: str | None = None


class Streams:
    """Reads streams that are named by their ARN."""

    def __init__(self, engine: EngineCalls) -> None:
        self._engine = engine

    async def check(self, arn: str) -> None:
        """Raise EngineCallError when there is no such stream."""
        await self.shards(arn)

    async def shards(self, arn: str) -> list[str]:
        """The shards, oldest first. Raises EngineCallError."""
        shards: list[str] = []
        key: dict[str, str] = {}
        while True:
            answer = await self._call(arn, "DescribeStream", {**_stream(arn), **key})
            description = answer["StreamDescription"]
            found = [shard["ShardId"] for shard in description.get("Shards") or ()]
            shards += found
            last = description.get("LastEvaluatedShardId")
            if not found or not (last or description.get("HasMoreShards")):
                return shards
            key = {"ExclusiveStartShardId": last or found[-1]}

    async def iterator(self, arn: str, shard: str, position: StartingPosition) -> str | None:
        """Where to read a shard from. Raises EngineCallError."""
        parameters: dict[str, Any] = {
            **_stream(arn),
            "ShardId": shard,
            "ShardIteratorType": position.kind,
        }
        if position.timestamp is not None:
            parameters["Timestamp"] = position.timestamp
        if position.sequence_number is not None:
            name = "SequenceNumber" if is_dynamodb(arn) else "StartingSequenceNumber"
            parameters[name] = position.sequence_number
        answer = await self._call(arn, "GetShardIterator", parameters)
        iterator: str | None = answer.get("ShardIterator")
        return iterator

    async def read(
        self, arn: str, shard: str, iterator: str, limit: int, identity_arn: str
    ) -> tuple[list[StreamRecord], str | None]:
        """The next records and where they end; None at the end of a closed shard."""
        answer = await self._call(
            arn, "GetRecords", {"ShardIterator": iterator, "Limit": min(limit, READ_LIMIT)}
        )
        records = answer.get("Records") or ()
        following: str | None = answer.get("NextShardIterator")
        if is_dynamodb(arn):
            return [_dynamodb_record(arn, record) for record in records], following
        return [_kinesis_record(arn, shard, record, identity_arn) for record in records], following

    async def _call(self, arn: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        _, _, _, region, account_id, _ = arn.split(":", 5)
        return await self._engine.call(
            "dynamodbstreams" if is_dynamodb(arn) else "kinesis",
            operation,
            parameters,
            account_id=account_id,
            region=region,
        )


def is_dynamodb(arn: str) -> bool:
    """Whether this is the ARN of a table's stream."""
    return arn.split(":")[2] == "dynamodb"


def _stream(arn: str) -> dict[str, str]:
    if is_dynamodb(arn):
        return {"StreamArn": arn}
    return {"StreamName": arn.rsplit("/", 1)[1]}


def _dynamodb_record(arn: str, record: dict[str, Any]) -> StreamRecord:
    image = dict(record["dynamodb"])
    arrived = _seconds(image.get("ApproximateCreationDateTime"))
    image["ApproximateCreationDateTime"] = int(arrived)
    event = {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": record.get("eventVersion", "1.1"),
        "eventSource": "aws:dynamodb",
        "awsRegion": arn.split(":")[3],
        "dynamodb": _plain(image),
        "eventSourceARN": arn,
    }
    if record.get("userIdentity"):
        identity = record["userIdentity"]
        event["userIdentity"] = {
            "type": identity.get("Type"),
            "principalId": identity.get("PrincipalId"),
        }
    return StreamRecord(
        sequence_number=image["SequenceNumber"],
        arrived=arrived,
        partition=json.dumps(event["dynamodb"].get("Keys"), sort_keys=True),
        event=event,
    )


def _kinesis_record(
    arn: str, shard: str, record: dict[str, Any], identity_arn: str
) -> StreamRecord:
    arrived = _seconds(record.get("ApproximateArrivalTimestamp"))
    number = record["SequenceNumber"]
    event = {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": number,
            "data": base64.b64encode(record["Data"]).decode(),
            "approximateArrivalTimestamp": round(arrived, 3),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": identity_arn,
        "awsRegion": arn.split(":")[3],
        "eventSourceARN": arn,
    }
    return StreamRecord(number, arrived, record["PartitionKey"], event, record["Data"])


def _seconds(moment: Any) -> float:
    if isinstance(moment, datetime):
        return moment.timestamp()
    return float(moment) if moment is not None else time.time()


def _plain(value: Any) -> Any:
    """JSON of an image: binary values are in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    return value
