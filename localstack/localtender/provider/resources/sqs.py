"""Amazon SQS: queues.

Arguments, defaults and replace rules follow the documentation of ``aws_sqs_queue``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import between, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.documents import is_json, is_policy, same_policy
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.service_errors import error_code
from localtender.provider.values import UNKNOWN, Values

_FIFO_SUFFIX: Final = ".fifo"

# Argument, attribute of the API; how to write and to read it.
_NUMBERS: Final = {
    "delay_seconds": "DelaySeconds",
    "kms_data_key_reuse_period_seconds": "KmsDataKeyReusePeriodSeconds",
    "max_message_size": "MaximumMessageSize",
    "message_retention_seconds": "MessageRetentionPeriod",
    "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
    "visibility_timeout_seconds": "VisibilityTimeout",
}
_FLAGS: Final = {
    "content_based_deduplication": "ContentBasedDeduplication",
    "fifo_queue": "FifoQueue",
    "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
}
_TEXTS: Final = {
    "deduplication_scope": "DeduplicationScope",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "kms_master_key_id": "KmsMasterKeyId",
    "policy": "Policy",
    "redrive_allow_policy": "RedriveAllowPolicy",
    "redrive_policy": "RedrivePolicy",
}
_ATTRIBUTES: Final = _NUMBERS | _FLAGS | _TEXTS
_FIFO_ONLY: Final = ("content_based_deduplication", "deduplication_scope", "fifo_throughput_limit")

_CREATION_SECONDS: Final = 90.0
_NAME: Final = re.compile(r"[0-9A-Za-z_-]{1,80}")
_FIFO_NAME: Final = re.compile(r"[0-9A-Za-z_-]{1,75}\.fifo")
_DELETED_RECENTLY: Final = (
    "AWS.SimpleQueueService.QueueDeletedRecently",
    "QueueDeletedRecently",
)

GONE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def same_redrive_policy(old: str, new: str) -> bool:
    """Tell whether two redrive policies are the same; the count may be a number or a text."""
    try:
        before, after = json.loads(old), json.loads(new)
        return bool(_with_number(before) == _with_number(after))
    except (ValueError, TypeError):
        return old == new


def _with_number(policy: dict[str, Any]) -> dict[str, Any]:
    count = policy.get("maxReceiveCount")
    return {**policy, "maxReceiveCount": None if count is None else int(count)}


class Queue(Resource):
    """``aws_sqs_queue``; its id is the queue's URL."""

    type_name = "aws_sqs_queue"
    service = "sqs"
    gone = GONE
    replaces = ("name", "name_prefix", "fifo_queue")
    conflicts = (("name", "name_prefix"), ("kms_master_key_id", "sqs_managed_sse_enabled"))
    defaults = {
        "content_based_deduplication": False,
        "delay_seconds": 0,
        "fifo_queue": False,
        "max_message_size": 262144,
        "message_retention_seconds": 345600,
        "receive_wait_time_seconds": 0,
        "visibility_timeout_seconds": 30,
    }
    equivalent = {
        "policy": same_policy,
        "redrive_policy": same_redrive_policy,
        "redrive_allow_policy": same_redrive_policy,
    }
    checks = {
        "deduplication_scope": one_of("messageGroup", "queue"),
        "delay_seconds": between(0, 900),
        "fifo_throughput_limit": one_of("perQueue", "perMessageGroupId"),
        "kms_data_key_reuse_period_seconds": between(60, 86400),
        "max_message_size": between(1024, 1048576),
        "message_retention_seconds": between(60, 1209600),
        "policy": is_policy,
        "receive_wait_time_seconds": between(0, 20),
        "redrive_allow_policy": is_json,
        "redrive_policy": is_json,
        "visibility_timeout_seconds": between(0, 43200),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check the rules of FIFO queues."""
        fifo, name = config.get("fifo_queue"), config.get("name")
        if isinstance(name, str) and name and fifo is not UNKNOWN:
            if fifo and not name.endswith(_FIFO_SUFFIX):
                yield InvalidArgumentError(
                    "name", f'the name of a FIFO queue ends in ".fifo": {name}'
                )
            elif not fifo and name.endswith(_FIFO_SUFFIX):
                yield InvalidArgumentError("name", 'only a FIFO queue\'s name may end in ".fifo"')
            elif not (_FIFO_NAME if fifo else _NAME).fullmatch(name):
                yield InvalidArgumentError(
                    "name", f"expected at most 80 letters, digits or any of _-; got {name!r}"
                )
        if fifo is UNKNOWN or fifo:
            return
        for argument in _FIFO_ONLY:
            if config.get(argument) is not UNKNOWN and config.get(argument):
                yield InvalidArgumentError(argument, "can only be set for a FIFO queue")

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect SQS-managed encryption to go off when a KMS key is set.

        How long a key is reused says nothing for a queue without encryption, and SQS does not
        tell it then.
        """
        if plan.prior is None:
            return
        if plan.changes("kms_master_key_id"):
            plan.make_unknown("sqs_managed_sse_enabled")
        elif not (plan.planned["sqs_managed_sse_enabled"] or plan.planned["kms_master_key_id"]):
            known = plan.prior["kms_data_key_reuse_period_seconds"]
            plan.planned["kms_data_key_reuse_period_seconds"] = known

    def create(self, call: Call, planned: Values) -> Values:
        """Create the queue."""
        suffix = _FIFO_SUFFIX if planned["fifo_queue"] else ""
        request: Values = {
            "QueueName": configured_name(planned, suffix=suffix),
            "Attributes": _request_attributes(planned, _ATTRIBUTES),
        }
        if planned["tags_all"]:
            request["tags"] = planned["tags_all"]
        name = request["QueueName"]
        url = call.wait(
            lambda: _created(call.client(), request),
            awaited=f"the name {name}, which SQS keeps for a minute after a deletion",
            timeout=_CREATION_SECONDS,
        )
        return {"id": url}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the queue's attributes and tags."""
        url = state["id"]
        answer = call.client().get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        attributes = answer["Attributes"]
        name = attributes["QueueArn"].rsplit(":", 1)[1]
        suffix = _FIFO_SUFFIX if name.endswith(_FIFO_SUFFIX) else ""
        found: Values = {
            "arn": attributes["QueueArn"],
            "name": name,
            "name_prefix": prefix_of(name, suffix=suffix),
            "url": url,
            "tags": call.client().list_queue_tags(QueueUrl=url).get("Tags", {}),
        }
        found |= {
            argument: int(attributes[key])
            for argument, key in _NUMBERS.items()
            if key in attributes
        }
        found |= {
            argument: attributes.get(key, "false") == "true" for argument, key in _FLAGS.items()
        }
        found |= {argument: attributes.get(key, "") for argument, key in _TEXTS.items()}
        if found.get("kms_data_key_reuse_period_seconds") is None:
            found["kms_data_key_reuse_period_seconds"] = 300
        return found

    def update(self, call: Call, change: Change) -> None:
        """Set the attributes that changed; an empty text takes one away."""
        changed = {name: key for name, key in _ATTRIBUTES.items() if change.has(name)}
        attributes = _request_attributes(change.planned, changed, keep_empty=True)
        if attributes:
            call.client().set_queue_attributes(QueueUrl=change.prior["id"], Attributes=attributes)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the queue."""
        if removed:
            call.client().untag_queue(QueueUrl=state["id"], TagKeys=removed)
        if changed:
            call.client().tag_queue(QueueUrl=state["id"], Tags=changed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the queue."""
        call.client().delete_queue(QueueUrl=state["id"])


def _created(client: Any, request: Values) -> str | None:
    """Return the new queue's URL; None while a deleted one still has the name."""
    try:
        return str(client.create_queue(**request)["QueueUrl"])
    except Exception as failure:
        if error_code(failure) not in _DELETED_RECENTLY:
            raise
        return None


def _request_attributes(
    planned: Values, names: dict[str, str], *, keep_empty: bool = False
) -> dict[str, str]:
    """Return the API's attributes for arguments; SQS takes texts only."""
    attributes = {}
    for argument, key in names.items():
        value = planned.get(argument)
        if argument in _FLAGS:
            # FifoQueue is refused unless it is true, and so are false flags on standard queues.
            if value or (value is False and argument == "sqs_managed_sse_enabled"):
                attributes[key] = str(value).lower()
            elif keep_empty and planned["fifo_queue"]:
                attributes[key] = "false"
        elif value is None or value == "":
            if keep_empty:
                attributes[key] = ""
        else:
            attributes[key] = str(value)
    return attributes
