"""Amazon SNS: topics.

Arguments, defaults and replace rules follow the documentation of ``aws_sns_topic``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, is_arn, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.documents import is_json, is_policy, same_json, same_policy
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.values import UNKNOWN, Values

_FIFO_SUFFIX: Final = ".fifo"
_NAME_LENGTH: Final = 256

_ENDPOINTS: Final = {
    "application": "Application",
    "firehose": "Firehose",
    "http": "HTTP",
    "lambda": "Lambda",
    "sqs": "SQS",
}
_ROLES: Final = {
    f"{argument}_{outcome}_feedback_role_arn": f"{name}{outcome.capitalize()}FeedbackRoleArn"
    for argument, name in _ENDPOINTS.items()
    for outcome in ("failure", "success")
}
_RATES: Final = {
    f"{argument}_success_feedback_sample_rate": f"{name}SuccessFeedbackSampleRate"
    for argument, name in _ENDPOINTS.items()
}
# Argument, attribute of the API, by the kind of value.
_NUMBERS: Final = {**_RATES, "signature_version": "SignatureVersion"}
_FLAGS: Final = {
    "content_based_deduplication": "ContentBasedDeduplication",
    "fifo_topic": "FifoTopic",
}
_TEXTS: Final = {
    **_ROLES,
    "archive_policy": "ArchivePolicy",
    "delivery_policy": "DeliveryPolicy",
    "display_name": "DisplayName",
    "fifo_throughput_scope": "FifoThroughputScope",
    "kms_master_key_id": "KmsMasterKeyId",
    "policy": "Policy",
    "tracing_config": "TracingConfig",
}
_ATTRIBUTES: Final = {**_NUMBERS, **_FLAGS, **_TEXTS}
_ONLY_AT_CREATION: Final = ("fifo_topic",)
_FIFO_ONLY: Final = ("archive_policy", "content_based_deduplication", "fifo_throughput_scope")


class Topic(Resource):
    """``aws_sns_topic``; its id is the topic's ARN."""

    type_name = "aws_sns_topic"
    service = "sns"
    gone = ("NotFound", "NotFoundException")
    replaces = ("fifo_topic", "name", "name_prefix")
    conflicts = (("name", "name_prefix"),)
    defaults = {"content_based_deduplication": False, "fifo_topic": False}
    equivalent = {"archive_policy": same_json, "delivery_policy": same_json, "policy": same_policy}
    checks = {
        **dict.fromkeys(_ROLES, is_arn),
        **dict.fromkeys(_RATES, between(0, 100)),
        "archive_policy": lambda text: is_json(text) if text else None,
        "delivery_policy": is_json,
        "fifo_throughput_scope": one_of("Topic", "MessageGroup"),
        "policy": is_policy,
        "signature_version": between(1, 2),
        "tracing_config": one_of("Active", "PassThrough"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check the name and the rules of FIFO topics."""
        fifo, name = config.get("fifo_topic"), config.get("name")
        if fifo is UNKNOWN:
            return
        if isinstance(name, str) and name:
            problem = _name_problem(name, fifo=bool(fifo))
            if problem:
                yield InvalidArgumentError("name", problem)
        for argument in () if fifo else _FIFO_ONLY:
            if config.get(argument) is not UNKNOWN and config.get(argument):
                yield InvalidArgumentError(argument, "can only be set for a FIFO topic")

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect a new start of the archive when its policy changes."""
        if plan.prior is not None and plan.changes("archive_policy"):
            plan.make_unknown("beginning_archive_time")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the topic, then set its attributes."""
        client, fifo = call.client(), planned["fifo_topic"]
        attributes = _request_attributes(planned, _ATTRIBUTES)
        at_creation = {"FifoTopic": "true"} if fifo else {}
        if fifo and "FifoThroughputScope" in attributes:
            at_creation["FifoThroughputScope"] = attributes.pop("FifoThroughputScope")
        arn = client.create_topic(
            Name=configured_name(planned, suffix=_FIFO_SUFFIX if fifo else ""),
            Attributes=at_creation,
            Tags=_tag_list(planned["tags_all"] or {}),
        )["TopicArn"]
        call.created({"id": arn, "arn": arn})
        _set_attributes(client, arn, attributes)
        return {"id": arn}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the topic's attributes and tags."""
        client, arn = call.client(), state["id"]
        attributes = client.get_topic_attributes(TopicArn=arn)["Attributes"]
        name = attributes["TopicArn"].rsplit(":", 1)[1]
        suffix = _FIFO_SUFFIX if name.endswith(_FIFO_SUFFIX) else ""
        found: Values = {
            "arn": attributes["TopicArn"],
            "beginning_archive_time": attributes.get("BeginningArchiveTime"),
            "name": name,
            "name_prefix": prefix_of(name, suffix=suffix),
            "owner": attributes.get("Owner"),
            "tags": {
                tag["Key"]: tag["Value"]
                for tag in client.list_tags_for_resource(ResourceArn=arn).get("Tags", [])
            },
        }
        found |= {
            argument: int(attributes[key]) if attributes.get(key) else None
            for argument, key in _NUMBERS.items()
        }
        found |= {argument: attributes.get(key) == "true" for argument, key in _FLAGS.items()}
        found |= {argument: attributes.get(key) for argument, key in _TEXTS.items()}
        return found

    def update(self, call: Call, change: Change) -> None:
        """Set the attributes that changed; an empty text takes one away."""
        changed = {name: key for name, key in _ATTRIBUTES.items() if change.has(name)}
        attributes = _request_attributes(change.planned, changed, keep_empty=True)
        # A topic can't be without an access policy.
        if not attributes.get("Policy"):
            attributes.pop("Policy", None)
        _set_attributes(call.client(), change.prior["id"], attributes)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the topic."""
        if removed:
            call.client().untag_resource(ResourceArn=state["id"], TagKeys=removed)
        if changed:
            call.client().tag_resource(ResourceArn=state["id"], Tags=_tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the topic."""
        call.client().delete_topic(TopicArn=state["id"])


def _name_problem(name: str, *, fifo: bool) -> str | None:
    if fifo and not name.endswith(_FIFO_SUFFIX):
        return f'the name of a FIFO topic ends in ".fifo": {name}'
    bare = name.removesuffix(_FIFO_SUFFIX) if fifo else name
    allowed = bare.replace("-", "").replace("_", "")
    if len(name) > _NAME_LENGTH or not (allowed.isascii() and (allowed.isalnum() or not allowed)):
        return f"expected at most {_NAME_LENGTH} letters, digits or any of _-; got {name!r}"
    return None


def _request_attributes(
    planned: Values, names: dict[str, str], *, keep_empty: bool = False
) -> dict[str, str]:
    """Return the API's attributes for arguments; SNS takes texts only."""
    attributes = {}
    for argument, key in names.items():
        value = planned.get(argument)
        if argument in _ONLY_AT_CREATION:
            continue
        if argument in _FLAGS:
            if value or keep_empty:
                attributes[key] = str(bool(value)).lower()
        elif value not in (None, ""):
            attributes[key] = str(value)
        elif keep_empty:
            attributes[key] = ""
    return attributes


def _set_attributes(client: Any, arn: str, attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        client.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)


def _tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
