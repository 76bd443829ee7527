"""Amazon Kinesis: streams.

Arguments, defaults, what changes in place and import ids follow the documentation of
``aws_kinesis_stream``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, each_of, length, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.values import UNKNOWN, Values

NOT_FOUND: Final = ("ResourceNotFoundException",)
_ON_DEMAND: Final = "ON_DEMAND"
_PROVISIONED: Final = "PROVISIONED"
_SHORTEST_RETENTION_HOURS: Final = 24
_RECORD_KIB: Final = 1024
_METRICS: Final = (
    "ALL",
    "IncomingBytes",
    "IncomingRecords",
    "IteratorAgeMilliseconds",
    "OutgoingBytes",
    "OutgoingRecords",
    "ReadProvisionedThroughputExceeded",
    "WriteProvisionedThroughputExceeded",
)


def _same_but_for_case(old: str, new: str) -> bool:
    return old.lower() == new.lower()


class Stream(Resource):
    """``aws_kinesis_stream``; its id is the stream's ARN, its import id the name."""

    type_name = "aws_kinesis_stream"
    service = "kinesis"
    gone = NOT_FOUND
    replaces = ("name",)
    computed_blocks = ("stream_mode_details",)
    defaults = {
        "encryption_type": "NONE",
        "enforce_consumer_deletion": False,
        "retention_period": _SHORTEST_RETENTION_HOURS,
    }
    equivalent = {"encryption_type": _same_but_for_case}
    checks = {
        "encryption_type": one_of("KMS", "NONE"),
        "name": length(1, 128),
        "retention_period": between(_SHORTEST_RETENTION_HOURS, 8760),
        "shard_level_metrics": each_of(*_METRICS),
        "stream_mode_details.stream_mode": one_of(_ON_DEMAND, _PROVISIONED),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Refuse what the engine's streams do not have."""
        if config.get("max_record_size_in_kib") not in (None, UNKNOWN, _RECORD_KIB):
            yield InvalidArgumentError(
                "max_record_size_in_kib", f"the local streams take records of {_RECORD_KIB} KiB"
            )
        if config.get("warm_throughput_mib_ps") not in (None, UNKNOWN):
            yield InvalidArgumentError(
                "warm_throughput_mib_ps",
                "the local AWS provider does not support this; use PROVIDER=registry",
            )

    def customize(self, call: Call, plan: Plan) -> None:
        """Check the number of shards against the mode."""
        mode, shards = _mode(plan.planned), plan.planned["shard_count"]
        if mode is UNKNOWN or shards is UNKNOWN:
            return
        if mode == _ON_DEMAND and shards:
            raise InvalidArgumentError("shard_count", f"must not be set when stream_mode is {mode}")
        if mode == _PROVISIONED and not shards:
            raise InvalidArgumentError("shard_count", "must be at least 1 when it is PROVISIONED")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the stream and set what can only be set afterwards."""
        client, name = call.client(), planned["name"]
        request: Values = {"StreamName": name, "StreamModeDetails": {"StreamMode": _mode(planned)}}
        if planned["shard_count"]:
            request["ShardCount"] = planned["shard_count"]
        client.create_stream(**request)
        call.created({"id": name, "name": name})
        summary = _settled(call, name, "create")
        call.created({"id": summary["StreamARN"]})
        if planned["tags_all"]:
            client.add_tags_to_stream(StreamName=name, Tags=planned["tags_all"])
        started: Values = {
            "encryption_type": "NONE",
            "kms_key_id": None,
            "retention_period": _SHORTEST_RETENTION_HOURS,
            "shard_level_metrics": None,
        }
        _change_settings(call, Change({**planned, **started}, planned), "create")
        return {"id": summary["StreamARN"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the stream's summary and its tags."""
        name = state["name"]
        summary = call.client().describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
        found = stream_state(summary)
        mode = found["stream_mode_details"][0]["stream_mode"]
        found |= {
            "id": summary["StreamARN"],
            "name": summary["StreamName"],
            "shard_count": summary["OpenShardCount"] if mode == _PROVISIONED else None,
            "tags": stream_tags(call, name),
        }
        if not found["shard_level_metrics"] and state["shard_level_metrics"]:
            # An engine that keeps them to itself answers none.
            del found["shard_level_metrics"]
        return found

    def update(self, call: Call, change: Change) -> None:
        """Change the stream; it takes one change at a time."""
        client, planned, name = call.client(), change.planned, change.prior["name"]
        mode = _mode(planned)
        if mode != _mode(change.prior):
            client.update_stream_mode(
                StreamARN=change.prior["arn"], StreamModeDetails={"StreamMode": mode}
            )
            _settled(call, name, "update")
        if mode == _PROVISIONED and change.has("shard_count"):
            client.update_shard_count(
                StreamName=name,
                TargetShardCount=planned["shard_count"],
                ScalingType="UNIFORM_SCALING",
            )
            _settled(call, name, "update")
        _change_settings(call, change, "update")

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the stream."""
        if removed:
            call.client().remove_tags_from_stream(StreamName=state["name"], TagKeys=removed)
        if changed:
            call.client().add_tags_to_stream(StreamName=state["name"], Tags=changed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the stream and wait until it is gone."""
        client, name = call.client(), state["name"]
        client.delete_stream(
            StreamName=name, EnforceConsumerDeletion=bool(state["enforce_consumer_deletion"])
        )

        def is_gone() -> bool:
            try:
                client.describe_stream_summary(StreamName=name)
            except client.exceptions.ResourceNotFoundException:
                return True
            return False

        call.wait(is_gone, awaited=f"stream {name} to be deleted", operation="delete")

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the stream's name."""
        return {"id": identifier, "name": identifier}


def stream_tags(call: Call, name: str) -> dict[str, str]:
    """Return a stream's tags."""
    # A stream has at most fifty, which is one page.
    answer = call.client().list_tags_for_stream(StreamName=name, Limit=50)
    return {tag["Key"]: tag.get("Value", "") for tag in answer["Tags"]}


def _mode(values: Values) -> Any:
    blocks = values["stream_mode_details"]
    if blocks is UNKNOWN or not blocks:
        return _PROVISIONED
    return blocks[0]["stream_mode"]


def stream_state(summary: Values) -> Values:
    """Return the attributes that the summary of a stream tells."""
    mode = summary.get("StreamModeDetails", {}).get("StreamMode", _PROVISIONED)
    return {
        "arn": summary["StreamARN"],
        "encryption_type": summary.get("EncryptionType", "NONE"),
        "kms_key_id": summary.get("KeyId"),
        "max_record_size_in_kib": summary.get("MaxRecordSizeInKiB", _RECORD_KIB),
        "retention_period": summary["RetentionPeriodHours"],
        "shard_level_metrics": [
            metric
            for monitoring in summary.get("EnhancedMonitoring", [])
            for metric in monitoring.get("ShardLevelMetrics", [])
        ],
        "stream_mode_details": [{"stream_mode": mode}],
    }


def _settled(call: Call, name: str, operation: str) -> Values:
    def active() -> Values | None:
        answer = call.client().describe_stream_summary(StreamName=name)
        summary: Values = answer["StreamDescriptionSummary"]
        return summary if summary["StreamStatus"] == "ACTIVE" else None

    return call.wait(active, awaited=f"stream {name} to become ACTIVE", operation=operation)


def _change_settings(call: Call, change: Change, operation: str) -> None:
    """Bring retention, metrics and encryption to what is planned, one after the other."""
    client, prior, planned = call.client(), change.prior, change.planned
    name = planned["name"]
    if change.has("retention_period"):
        grows = planned["retention_period"] > prior["retention_period"]
        request = (
            client.increase_stream_retention_period
            if grows
            else client.decrease_stream_retention_period
        )
        request(StreamName=name, RetentionPeriodHours=planned["retention_period"])
        _settled(call, name, operation)
    before = set(prior["shard_level_metrics"] or [])
    after = set(planned["shard_level_metrics"] or [])
    if before - after:
        client.disable_enhanced_monitoring(
            StreamName=name, ShardLevelMetrics=sorted(before - after)
        )
        _settled(call, name, operation)
    if after - before:
        client.enable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=sorted(after - before))
        _settled(call, name, operation)
    if change.has("encryption_type", "kms_key_id"):
        if planned["encryption_type"].upper() == "KMS":
            client.start_stream_encryption(
                StreamName=name, EncryptionType="KMS", KeyId=_key(planned)
            )
        elif prior["encryption_type"].upper() == "KMS":
            client.stop_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=_key(prior))
        _settled(call, name, operation)


def _key(values: Values) -> str:
    if not values["kms_key_id"]:
        raise InvalidArgumentError("kms_key_id", "is required when encryption_type is KMS")
    return str(values["kms_key_id"])
