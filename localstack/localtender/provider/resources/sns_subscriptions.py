"""Amazon SNS: subscriptions to topics.

Arguments, defaults and replace rules follow the documentation of ``aws_sns_topic_subscription``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import is_arn, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.documents import is_json, same_json
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.values import UNKNOWN, Values

_TEXTS: Final = {
    "delivery_policy": "DeliveryPolicy",
    "filter_policy": "FilterPolicy",
    "filter_policy_scope": "FilterPolicyScope",
    "redrive_policy": "RedrivePolicy",
    "replay_policy": "ReplayPolicy",
    "subscription_role_arn": "SubscriptionRoleArn",
}
_RAW: Final = "RawMessageDelivery"
_CONFIRMATION_SECONDS: Final = 120.0


def same_delivery_policy(old: str, new: str) -> bool:
    """Tell whether two delivery policies are the same but for members that say nothing."""
    try:
        return bool(_said(json.loads(old)) == _said(json.loads(new)))
    except ValueError:
        return old == new


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        members = {name: _said(item) for name, item in value.items()}
        return {name: item for name, item in members.items() if item not in (None, 0, "", {})}
    return value


class TopicSubscription(Resource):
    """``aws_sns_topic_subscription``; its id is the subscription's ARN."""

    type_name = "aws_sns_topic_subscription"
    service = "sns"
    gone = ("NotFound", "NotFoundException")
    replaces = ("endpoint", "protocol", "topic_arn")
    defaults = {
        "confirmation_timeout_in_minutes": 1,
        "endpoint_auto_confirms": False,
        "raw_message_delivery": False,
    }
    equivalent = {
        "delivery_policy": same_delivery_policy,
        "filter_policy": same_json,
        "redrive_policy": same_json,
        "replay_policy": same_json,
    }
    checks = {
        "delivery_policy": is_json,
        "filter_policy": is_json,
        "filter_policy_scope": one_of("MessageAttributes", "MessageBody"),
        "protocol": one_of(
            "application",
            "email",
            "email-json",
            "firehose",
            "http",
            "https",
            "lambda",
            "sms",
            "sqs",
        ),
        "redrive_policy": is_json,
        "replay_policy": is_json,
        "subscription_role_arn": is_arn,
        "topic_arn": is_arn,
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check what goes together."""
        policy, scope = config.get("filter_policy"), config.get("filter_policy_scope")
        if scope not in (None, UNKNOWN, "") and policy in (None, ""):
            yield InvalidArgumentError(
                "filter_policy_scope", "can only be set together with filter_policy"
            )
        role = config.get("subscription_role_arn")
        if config.get("protocol") == "firehose" and role in (None, ""):
            yield InvalidArgumentError("subscription_role_arn", "is required for firehose")
        if config.get("protocol") not in ("firehose", UNKNOWN) and role not in (None, "", UNKNOWN):
            yield InvalidArgumentError("subscription_role_arn", "can only be set for firehose")

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect a scope to come and go with the filter policy."""
        if plan.config.get("filter_policy_scope") is None and plan.changes("filter_policy"):
            plan.make_unknown("filter_policy_scope")

    def create(self, call: Call, planned: Values) -> Values:
        """Subscribe, and wait for the confirmation where one comes by itself."""
        client, protocol = call.client(), planned["protocol"]
        attributes = {key: planned[name] for name, key in _TEXTS.items() if planned[name]}
        if planned["raw_message_delivery"]:
            attributes[_RAW] = "true"
        answer = client.subscribe(
            TopicArn=planned["topic_arn"],
            Protocol=protocol,
            Endpoint=planned["endpoint"],
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        arn = _subscription_arn(client, planned, answer["SubscriptionArn"])
        call.created({"id": arn, "arn": arn})
        if "email" not in protocol and (
            "http" not in protocol or planned["endpoint_auto_confirms"]
        ):
            limit = _CONFIRMATION_SECONDS
            if "http" in protocol:
                limit = 60.0 * planned["confirmation_timeout_in_minutes"]
            call.wait(
                lambda: _attributes(client, arn).get("PendingConfirmation") != "true",
                awaited=f"subscription {arn} to be confirmed",
                timeout=limit,
            )
        return {"id": arn}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the subscription's attributes."""
        attributes = _attributes(call.client(), state["id"])
        found: Values = {name: attributes.get(key) for name, key in _TEXTS.items()}
        return found | {
            "arn": attributes["SubscriptionArn"],
            "confirmation_was_authenticated": attributes.get("ConfirmationWasAuthenticated")
            == "true",
            "endpoint": attributes["Endpoint"],
            "owner_id": attributes.get("Owner"),
            "pending_confirmation": attributes.get("PendingConfirmation") == "true",
            "protocol": attributes["Protocol"],
            "raw_message_delivery": attributes.get(_RAW) == "true",
            "topic_arn": attributes["TopicArn"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Set the attributes that changed, the scope of the filter policy in the right order."""
        client, arn, planned = call.client(), change.prior["id"], change.planned
        changed = [name for name in _TEXTS if change.has(name)]
        scope = planned["filter_policy_scope"]
        changed.sort(key=lambda name: _order(name, scope))
        for name in changed:
            if name == "filter_policy_scope" and not scope:
                continue
            request = {"SubscriptionArn": arn, "AttributeName": _TEXTS[name]}
            value = planned[name] or ("{}" if name == "filter_policy" else "")
            if value or name != "redrive_policy":
                request["AttributeValue"] = value
            client.set_subscription_attributes(**request)
        if change.has("raw_message_delivery"):
            client.set_subscription_attributes(
                SubscriptionArn=arn,
                AttributeName=_RAW,
                AttributeValue=str(bool(planned["raw_message_delivery"])).lower(),
            )

    def delete(self, call: Call, state: Values) -> None:
        """Unsubscribe; one that nobody confirmed goes by itself."""
        client = call.client()
        try:
            client.unsubscribe(SubscriptionArn=state["id"])
        except client.exceptions.InvalidParameterException as failure:
            if "pending confirmation" not in str(failure):
                raise


def _order(name: str, scope: str | None) -> int:
    """Sort MessageBody before the policy and MessageAttributes after it.

    A nested policy is only valid for the body, so the wider scope must be there whenever one is.
    """
    if name != "filter_policy_scope":
        return 0
    return -1 if scope == "MessageBody" else 1


def _attributes(client: Any, arn: str) -> dict[str, str]:
    attributes: dict[str, str] = client.get_subscription_attributes(SubscriptionArn=arn)[
        "Attributes"
    ]
    return attributes


def _subscription_arn(client: Any, planned: Values, answered: str) -> str:
    """Return the ARN, found in the list where the service only answers that it is pending."""
    if answered.startswith("arn:"):
        return answered
    paginator = client.get_paginator("list_subscriptions_by_topic")
    for page in paginator.paginate(TopicArn=planned["topic_arn"]):
        for each in page["Subscriptions"]:
            same = (each["Protocol"], each["Endpoint"]) == (
                planned["protocol"],
                planned["endpoint"],
            )
            if same and each["SubscriptionArn"].startswith("arn:"):
                return str(each["SubscriptionArn"])
    raise OperationError(f"the service did not tell the subscription's ARN, but {answered!r}")
