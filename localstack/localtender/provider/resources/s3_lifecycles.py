"""Amazon S3: what becomes of a bucket's objects in time.

Arguments, defaults and ids follow the documentation of ``aws_s3_bucket_lifecycle_configuration``.
The values that are planned for arguments that are not configured are those of its plan modifiers:
most are the zeros that earlier versions of the provider stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.blocks import Fields, Structure, known_blocks, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import between, length, one_of
from localtender.provider.declaration import Plan
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.moments import (
    is_moment,
    moment,
    moment_text,
    same_moment,
)
from localtender.provider.resources.s3_bucket_settings import OwnedBucketSetting
from localtender.provider.values import UNKNOWN, Values, is_given

_ALL_CLASSES: Final = "all_storage_classes_128K"
_SIZES: Final[Fields] = {
    "object_size_greater_than": "ObjectSizeGreaterThan",
    "object_size_less_than": "ObjectSizeLessThan",
}
_FILTER: Final[Fields] = {
    **_SIZES,
    "prefix": "Prefix",
    "tag": Structure("Tag", {"key": "Key", "value": "Value"}),
}
_FILTERED: Final = (*_FILTER, "and")
_AND: Final = {**_SIZES, "prefix": "Prefix"}
_NONCURRENT: Final[Fields] = {
    "newer_noncurrent_versions": "NewerNoncurrentVersions",
    "noncurrent_days": "NoncurrentDays",
}
_RULE: Final[Fields] = {
    "abort_incomplete_multipart_upload": Structure(
        "AbortIncompleteMultipartUpload", {"days_after_initiation": "DaysAfterInitiation"}
    ),
    "id": "ID",
    "noncurrent_version_expiration": Structure("NoncurrentVersionExpiration", _NONCURRENT),
    "noncurrent_version_transition": Structure(
        "NoncurrentVersionTransitions", {**_NONCURRENT, "storage_class": "StorageClass"}, many=True
    ),
    "prefix": "Prefix",
    "status": "Status",
}
TRANSITION_CLASSES: Final = (
    "GLACIER",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
)


class BucketLifecycleConfiguration(OwnedBucketSetting):
    """``aws_s3_bucket_lifecycle_configuration``."""

    type_name = "aws_s3_bucket_lifecycle_configuration"
    absent = ("NoSuchLifecycleConfiguration",)
    defaults = {
        "transition_default_minimum_object_size": _ALL_CLASSES,
        "rule.prefix": "",
        "rule.expiration.days": 0,
        "rule.expiration.expired_object_delete_marker": False,
        "rule.filter.prefix": None,
        "rule.filter.object_size_greater_than": None,
        "rule.filter.object_size_less_than": None,
        "rule.filter.and.prefix": "",
        "rule.filter.and.object_size_greater_than": 0,
        "rule.filter.and.object_size_less_than": 0,
        "rule.transition.days": None,
    }
    equivalent = {"rule.expiration.date": same_moment, "rule.transition.date": same_moment}
    checks = {
        **OwnedBucketSetting.checks,
        "rule.id": length(1, 255),
        "rule.status": one_of("Disabled", "Enabled"),
        "rule.expiration.date": is_moment,
        "rule.transition.date": is_moment,
        "rule.transition.days": between(0, 2**31),
        "rule.transition.storage_class": one_of(*TRANSITION_CLASSES),
        "rule.noncurrent_version_expiration.noncurrent_days": between(1, 2**31),
        "rule.noncurrent_version_expiration.newer_noncurrent_versions": between(1, 2**31),
        "rule.noncurrent_version_transition.noncurrent_days": between(0, 2**31),
        "rule.noncurrent_version_transition.newer_noncurrent_versions": between(1, 2**31),
        "rule.noncurrent_version_transition.storage_class": one_of(*TRANSITION_CLASSES),
        "transition_default_minimum_object_size": one_of(_ALL_CLASSES, "varies_by_storage_class"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that there are rules, and that a transition has either a date or days."""
        if config.get("rule") == []:
            yield InvalidArgumentError("rule", "at least one rule block is required")
        for rule in known_blocks(config, "rule"):
            for transition in known_blocks(rule, "transition"):
                if all(is_given(transition.get(name)) for name in ("date", "days")):
                    yield InvalidArgumentError(
                        "rule.transition", "only one of date and days can be set"
                    )

    def customize(self, call: Call, plan: Plan) -> None:
        """Plan what an empty filter and a transition without a date or days come to."""
        super().customize(call, plan)
        for rule in known_blocks(plan.planned, "rule"):
            for found in known_blocks(rule, "filter"):
                if all(found[name] is not UNKNOWN and not found[name] for name in _FILTERED):
                    found["prefix"] = ""
            for transition in known_blocks(rule, "transition"):
                if transition["days"] is None and transition["date"] is None:
                    transition["days"] = 0

    def put(self, client: Any, where: Values, planned: Values) -> None:
        """Set the rules."""
        client.put_bucket_lifecycle_configuration(
            **where,
            TransitionDefaultMinimumObjectSize=planned["transition_default_minimum_object_size"],
            LifecycleConfiguration={"Rules": [rule_request(rule) for rule in planned["rule"]]},
        )

    def get(self, client: Any, where: Values) -> Values | None:
        """Read the rules."""
        answer = client.get_bucket_lifecycle_configuration(**where)
        if not answer.get("Rules"):
            return None
        return {
            "rule": [rule_state(rule) for rule in answer["Rules"]],
            "transition_default_minimum_object_size": answer.get(
                "TransitionDefaultMinimumObjectSize", _ALL_CLASSES
            ),
        }

    def remove(self, client: Any, where: Values, state: Values) -> None:
        """Delete the rules."""
        client.delete_bucket_lifecycle(**where)


def rule_request(rule: Values) -> Values:
    """Return what a ``rule`` block says, as the API takes it.

    A rule has a filter, an empty one if need be, unless it has the older ``prefix``.
    """
    request = request_of(rule, _RULE)
    for expiration in rule["expiration"] or []:
        request["Expiration"] = _expiration_request(expiration)
    transitions = [_transition_request(each) for each in rule["transition"] or []]
    if transitions:
        request["Transitions"] = transitions
    if rule["filter"]:
        request["Filter"] = _filter_request(rule["filter"][0])
    elif not rule["prefix"]:
        request["Filter"] = {}
    return request


def rule_state(rule: Values) -> Values:
    """Return the ``rule`` block that stands for what the API answers."""
    found = state_of(rule, _RULE)
    expiration, wanted = rule.get("Expiration"), rule.get("Filter")
    return {
        **found,
        "prefix": found["prefix"] or "",
        "expiration": [_expiration_state(expiration)] if expiration else [],
        "filter": [_filter_state(wanted)] if wanted else [],
        "transition": [
            {
                "date": moment_text(each.get("Date")),
                "days": each.get("Days"),
                "storage_class": each["StorageClass"],
            }
            for each in rule.get("Transitions", [])
        ],
    }


def _expiration_request(expiration: Values) -> Values:
    if expiration["date"]:
        return {"Date": moment(expiration["date"])}
    if expiration["days"]:
        return {"Days": expiration["days"]}
    return {"ExpiredObjectDeleteMarker": bool(expiration["expired_object_delete_marker"])}


def _expiration_state(expiration: Values) -> Values:
    return {
        "date": moment_text(expiration.get("Date")),
        "days": expiration.get("Days", 0),
        "expired_object_delete_marker": expiration.get("ExpiredObjectDeleteMarker", False),
    }


def _transition_request(transition: Values) -> Values:
    when = (
        {"Date": moment(transition["date"])}
        if transition["date"]
        else {"Days": transition["days"] or 0}
    )
    return {**when, "StorageClass": transition["storage_class"]}


def _filter_request(found: Values) -> Values:
    if found["and"]:
        every = found["and"][0]
        request = {name: value for name, value in request_of(every, _AND).items() if value != 0}
        tags = [{"Key": key, "Value": value} for key, value in (every["tags"] or {}).items()]
        return {"And": {**request, **({"Tags": tags} if tags else {})}}
    return request_of(found, _FILTER) or {"Prefix": ""}


def _filter_state(answer: Values) -> Values:
    every = answer.get("And")
    return {**state_of(answer, _FILTER), "and": [_and_state(every)] if every else []}


def _and_state(every: Values) -> Values:
    return {
        "object_size_greater_than": every.get("ObjectSizeGreaterThan", 0),
        "object_size_less_than": every.get("ObjectSizeLessThan", 0),
        "prefix": every.get("Prefix", ""),
        "tags": {tag["Key"]: tag["Value"] for tag in every.get("Tags", [])} or None,
    }
