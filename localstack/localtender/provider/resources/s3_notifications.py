"""Amazon S3: what a bucket tells functions, queues, topics and EventBridge.

Arguments, defaults and ids follow the documentation of ``aws_s3_bucket_notification``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from localtender.provider.naming import unique_name
from localtender.provider.resources.s3_bucket_settings import BucketSetting
from localtender.provider.values import Values

_FILTERS: Final = {"filter_prefix": "prefix", "filter_suffix": "suffix"}


@dataclass(frozen=True)
class _Destination:
    """A kind of destination: its block, and how the API names it."""

    block: str
    member: str
    arn_argument: str
    arn_member: str
    id_prefix: str

    def request(self, block: Values) -> Values:
        """Return what one block says, as the API takes it; ids that are not given are made up."""
        rules = [
            {"Name": name, "Value": block[argument]}
            for argument, name in _FILTERS.items()
            if block[argument]
        ]
        request = {
            "Id": block["id"] or unique_name(self.id_prefix),
            self.arn_member: block[self.arn_argument],
            "Events": block["events"],
        }
        return {**request, "Filter": {"Key": {"FilterRules": rules}}} if rules else request

    def state(self, answer: Values) -> Values:
        """Return the block that stands for what the API answers."""
        rules = answer.get("Filter", {}).get("Key", {}).get("FilterRules", [])
        filters = {rule["Name"].lower(): rule.get("Value", "") for rule in rules}
        return {
            "id": answer.get("Id"),
            "events": answer["Events"],
            self.arn_argument: answer[self.arn_member],
            **{argument: filters.get(name) for argument, name in _FILTERS.items()},
        }


_DESTINATIONS: Final = (
    _Destination(
        "lambda_function",
        "LambdaFunctionConfigurations",
        "lambda_function_arn",
        "LambdaFunctionArn",
        "tf-s3-lambda-",
    ),
    _Destination("queue", "QueueConfigurations", "queue_arn", "QueueArn", "tf-s3-queue-"),
    _Destination("topic", "TopicConfigurations", "topic_arn", "TopicArn", "tf-s3-topic-"),
)


class BucketNotification(BucketSetting):
    """``aws_s3_bucket_notification``, of which a bucket has one."""

    type_name = "aws_s3_bucket_notification"
    defaults = {"eventbridge": False}

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set all destinations."""
        request: Values = {
            each.member: [each.request(block) for block in planned[each.block]]
            for each in _DESTINATIONS
            if planned[each.block]
        }
        if planned["eventbridge"]:
            request["EventBridgeConfiguration"] = {}
        client.put_bucket_notification_configuration(**where, NotificationConfiguration=request)

    def get(self, client: Any, where: Values) -> Values:
        """Read all destinations."""
        answer = client.get_bucket_notification_configuration(**where)
        return {
            "eventbridge": "EventBridgeConfiguration" in answer,
            **{
                each.block: [each.state(found) for found in answer.get(each.member, [])]
                for each in _DESTINATIONS
            },
        }

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Tell nobody any more."""
        client.put_bucket_notification_configuration(**where, NotificationConfiguration={})
