"""Amazon SQS: policies of queues as resources of their own.

Arguments and replace rules follow the documentation of ``aws_sqs_queue_policy``,
``aws_sqs_queue_redrive_policy`` and ``aws_sqs_queue_redrive_allow_policy``.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

from localtender.provider.call import Call
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_json, is_policy, same_policy
from localtender.provider.resources.sqs import GONE, same_redrive_policy
from localtender.provider.values import Values


class _QueueAttribute(Resource):
    """One attribute of a queue; its id is the queue's URL."""

    service = "sqs"
    gone = GONE
    replaces = ("queue_url",)

    @property
    @abstractmethod
    def argument(self) -> str:
        """The argument that holds the attribute's value."""

    @property
    @abstractmethod
    def attribute(self) -> Literal["Policy", "RedrivePolicy", "RedriveAllowPolicy"]:
        """The attribute's name in the API."""

    def create(self, call: Call, planned: Values) -> Values:
        """Set the attribute."""
        self._set(call, planned["queue_url"], planned[self.argument])
        return {"id": planned["queue_url"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the attribute; a queue without it does not have this resource."""
        url = state["id"]
        answer = call.client().get_queue_attributes(QueueUrl=url, AttributeNames=[self.attribute])
        value = answer.get("Attributes", {}).get(self.attribute)
        return {"queue_url": url, self.argument: value} if value else None

    def update(self, call: Call, change: Change) -> None:
        """Set the changed value."""
        self._set(call, change.prior["id"], change.planned[self.argument])

    def delete(self, call: Call, state: Values) -> None:
        """Take the attribute away, which is to set it to nothing."""
        self._set(call, state["id"], "")

    def _set(self, call: Call, url: str, value: str) -> None:
        call.client().set_queue_attributes(QueueUrl=url, Attributes={self.attribute: value})


class QueuePolicy(_QueueAttribute):
    """``aws_sqs_queue_policy``."""

    type_name = "aws_sqs_queue_policy"
    argument = "policy"
    attribute = "Policy"
    equivalent = {"policy": same_policy}
    checks = {"policy": is_policy}


class QueueRedrivePolicy(_QueueAttribute):
    """``aws_sqs_queue_redrive_policy``."""

    type_name = "aws_sqs_queue_redrive_policy"
    argument = "redrive_policy"
    attribute = "RedrivePolicy"
    equivalent = {"redrive_policy": same_redrive_policy}
    checks = {"redrive_policy": is_json}


class QueueRedriveAllowPolicy(_QueueAttribute):
    """``aws_sqs_queue_redrive_allow_policy``."""

    type_name = "aws_sqs_queue_redrive_allow_policy"
    argument = "redrive_allow_policy"
    attribute = "RedriveAllowPolicy"
    equivalent = {"redrive_allow_policy": same_redrive_policy}
    checks = {"redrive_allow_policy": is_json}
