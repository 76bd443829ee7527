"""Amazon S3: ``lifecycle_rule`` blocks inside of ``aws_s3_bucket``, the form of version 3.

Follows the documentation of ``aws_s3_bucket``; rules of their own resource look different.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from localtender.provider.blocks import Fields, request_of, state_of
from localtender.provider.naming import unique_name
from localtender.provider.values import Values

_TRANSITION: Final[Fields] = {"days": "Days", "storage_class": "StorageClass"}
_NONCURRENT: Final[Fields] = {"days": "NoncurrentDays", "storage_class": "StorageClass"}
_DATE: Final = "%Y-%m-%d"


def lifecycle_request(rules: list[Values]) -> Values:
    """Return the lifecycle configuration that the blocks make up."""
    return {"Rules": [_rule_request(rule) for rule in rules]}


def lifecycle_state(answer: Values) -> list[Values]:
    """Return the blocks that stand for a lifecycle configuration."""
    return [_rule_state(rule) for rule in answer.get("Rules", [])]


def _rule_request(rule: Values) -> Values:
    prefix = rule["prefix"] or ""
    tags = [{"Key": key, "Value": value} for key, value in (rule["tags"] or {}).items()]
    request: Values = {
        "ID": rule["id"] or unique_name("tf-s3-lifecycle-"),
        "Status": "Enabled" if rule["enabled"] else "Disabled",
        "Filter": {"And": {"Prefix": prefix, "Tags": tags}} if tags else {"Prefix": prefix},
    }
    if rule["abort_incomplete_multipart_upload_days"]:
        request["AbortIncompleteMultipartUpload"] = {
            "DaysAfterInitiation": rule["abort_incomplete_multipart_upload_days"]
        }
    for expiration in rule["expiration"] or []:
        request["Expiration"] = _expiration_request(expiration)
    for expiration in rule["noncurrent_version_expiration"] or []:
        request["NoncurrentVersionExpiration"] = {"NoncurrentDays": expiration["days"]}
    transitions = [_transition_request(each) for each in rule["transition"] or []]
    noncurrent = [request_of(each, _NONCURRENT) for each in rule["noncurrent_version_transition"]]
    for member, found in (
        ("Transitions", transitions),
        ("NoncurrentVersionTransitions", noncurrent),
    ):
        if found:
            request[member] = found
    return request


def _expiration_request(expiration: Values) -> Values:
    if expiration["date"]:
        return {"Date": _moment(expiration["date"])}
    if expiration["days"]:
        return {"Days": expiration["days"]}
    return {"ExpiredObjectDeleteMarker": bool(expiration["expired_object_delete_marker"])}


def _transition_request(transition: Values) -> Values:
    request = request_of(transition, _TRANSITION)
    return {**request, "Date": _moment(transition["date"])} if transition["date"] else request


def _rule_state(rule: Values) -> Values:
    wanted = rule.get("Filter", {})
    every = wanted.get("And", wanted)
    tags = every.get("Tags") or ([every["Tag"]] if "Tag" in every else [])
    expiration = rule.get("Expiration")
    noncurrent = rule.get("NoncurrentVersionExpiration")
    upload = rule.get("AbortIncompleteMultipartUpload", {})
    return {
        "abort_incomplete_multipart_upload_days": upload.get("DaysAfterInitiation"),
        "enabled": rule["Status"] == "Enabled",
        "expiration": [_expiration_state(expiration)] if expiration else [],
        "id": rule.get("ID"),
        "noncurrent_version_expiration": (
            [{"days": noncurrent.get("NoncurrentDays")}] if noncurrent else []
        ),
        "noncurrent_version_transition": [
            state_of(each, _NONCURRENT) for each in rule.get("NoncurrentVersionTransitions", [])
        ],
        "prefix": every.get("Prefix", rule.get("Prefix")),
        "tags": {tag["Key"]: tag["Value"] for tag in tags} or None,
        "transition": [
            {**state_of(each, _TRANSITION), "date": _text(each.get("Date"))}
            for each in rule.get("Transitions", [])
        ],
    }


def _expiration_state(expiration: Values) -> Values:
    return {
        "date": _text(expiration.get("Date")),
        "days": expiration.get("Days"),
        "expired_object_delete_marker": expiration.get("ExpiredObjectDeleteMarker"),
    }


def _moment(date: str) -> str:
    return f"{date}T00:00:00Z"


def _text(moment: Any) -> str | None:
    return moment.strftime(_DATE) if isinstance(moment, datetime) else None
