"""Amazon Kinesis: what can be read about streams and consumers.

Attributes and ids follow the documentation of the data sources ``aws_kinesis_stream`` and
``aws_kinesis_stream_consumer``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.resources.kinesis import stream_state, stream_tags
from localtender.provider.resources.kinesis_consumers import consumer_state
from localtender.provider.values import Values


class StreamData(DataSource):
    """``aws_kinesis_stream``; its id is the stream's ARN."""

    type_name = "aws_kinesis_stream"
    service = "kinesis"

    def read(self, call: Call, config: Values) -> Values:
        """Read the stream, its shards and its tags."""
        name = config["name"]
        summary = call.client().describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
        shards = call.pages("list_shards", "Shards", StreamName=name)
        closed = {
            shard["ShardId"]
            for shard in shards
            if shard["SequenceNumberRange"].get("EndingSequenceNumber")
        }
        return {
            **stream_state(summary),
            "closed_shards": [item["ShardId"] for item in shards if item["ShardId"] in closed],
            "creation_timestamp": int(summary["StreamCreationTimestamp"].timestamp()),
            "id": summary["StreamARN"],
            "open_shards": [item["ShardId"] for item in shards if item["ShardId"] not in closed],
            "status": summary["StreamStatus"],
            "tags": stream_tags(call, name),
            "warm_throughput": [],
        }


class StreamConsumerData(DataSource):
    """``aws_kinesis_stream_consumer``; its id is the consumer's ARN."""

    type_name = "aws_kinesis_stream_consumer"
    service = "kinesis"

    def read(self, call: Call, config: Values) -> Values:
        """Find the consumer among the stream's, by name or by ARN."""
        wanted = {"ConsumerName": config["name"], "ConsumerARN": config["arn"]}
        consumers = call.pages("list_stream_consumers", "Consumers", StreamARN=config["stream_arn"])
        found = [
            consumer
            for consumer in consumers
            if all(not value or consumer[member] == value for member, value in wanted.items())
        ]
        if len(found) != 1:
            raise OperationError(f"expected one consumer that suits, found {len(found)}")
        arn = found[0]["ConsumerARN"]
        answer = call.client().describe_stream_consumer(ConsumerARN=arn)
        status = answer["ConsumerDescription"]["ConsumerStatus"]
        return {**consumer_state(answer), "id": arn, "status": status}
