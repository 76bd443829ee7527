"""Amazon Kinesis: consumers with fan-out of their own, and policies of streams and consumers.

Arguments, replace rules and ids follow the documentation of ``aws_kinesis_stream_consumer`` and
``aws_kinesis_resource_policy``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import is_arn
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.resources.kinesis import NOT_FOUND
from localtender.provider.values import Values


class StreamConsumer(Resource):
    """``aws_kinesis_stream_consumer``; its id is the consumer's ARN."""

    type_name = "aws_kinesis_stream_consumer"
    service = "kinesis"
    gone = NOT_FOUND
    replaces = ("name", "stream_arn")
    checks = {"stream_arn": is_arn}

    def create(self, call: Call, planned: Values) -> Values:
        """Register the consumer and wait until it may read."""
        tags = {"Tags": planned["tags_all"]} if planned["tags_all"] else {}
        answer = call.client().register_stream_consumer(
            ConsumerName=planned["name"], StreamARN=planned["stream_arn"], **tags
        )
        arn = answer["Consumer"]["ConsumerARN"]
        call.created({"arn": arn, "id": arn})

        def is_active() -> bool:
            found = call.client().describe_stream_consumer(ConsumerARN=arn)
            return bool(found["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE")

        call.wait(is_active, awaited=f"consumer {planned['name']} to become ACTIVE")
        return {"id": arn}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the consumer and its tags."""
        client, arn = call.client(), state["id"]
        found = consumer_state(client.describe_stream_consumer(ConsumerARN=arn))
        tags = call.optional(client.list_tags_for_resource, ResourceARN=arn)
        found["tags"] = state["tags_all"] or {}
        if tags is not None:
            found["tags"] = {tag["Key"]: tag.get("Value", "") for tag in tags["Tags"]}
        return found

    def delete(self, call: Call, state: Values) -> None:
        """Deregister the consumer and wait until it is gone."""
        client, arn = call.client(), state["id"]
        client.deregister_stream_consumer(ConsumerARN=arn)

        def is_gone() -> bool:
            try:
                client.describe_stream_consumer(ConsumerARN=arn)
            except client.exceptions.ResourceNotFoundException:
                return True
            return False

        call.wait(is_gone, awaited=f"consumer {arn} to be deregistered", operation="delete")


class StreamPolicy(Resource):
    """``aws_kinesis_resource_policy``; its id is the ARN that the policy is about."""

    type_name = "aws_kinesis_resource_policy"
    service = "kinesis"
    gone = NOT_FOUND
    replaces = ("resource_arn",)
    equivalent = {"policy": same_policy}
    checks = {"policy": is_policy, "resource_arn": is_arn}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy."""
        self._put(call, planned)
        return {"id": planned["resource_arn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy."""
        answer = call.client().get_resource_policy(ResourceARN=state["id"])
        if answer["Policy"] in ("", "{}"):
            return None
        return {"policy": answer["Policy"], "resource_arn": state["id"]}

    def update(self, call: Call, change: Change) -> None:
        """Put the changed policy."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take the policy away."""
        call.client().delete_resource_policy(ResourceARN=state["id"])

    def _put(self, call: Call, planned: Values) -> None:
        call.client().put_resource_policy(
            ResourceARN=planned["resource_arn"], Policy=planned["policy"]
        )


def consumer_state(answer: Values) -> Values:
    """Return the attributes that the description of a consumer tells."""
    consumer = answer["ConsumerDescription"]
    return {
        "arn": consumer["ConsumerARN"],
        "creation_timestamp": consumer["ConsumerCreationTimestamp"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": consumer["ConsumerName"],
        "stream_arn": consumer["StreamARN"],
    }
