"""Amazon S3: settings that may stand inside of ``aws_s3_bucket``, as in version 3 of the provider.

They are deprecated, and every one is computed: unless it is configured there, the state shows
what a resource of its own, or somebody else, has set, and nothing is changed. Follows the
documentation of ``aws_s3_bucket``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.resources.s3_bucket_lifecycle_rules import (
    lifecycle_request,
    lifecycle_state,
)
from localtender.provider.resources.s3_bucket_replication_rules import (
    replication_request,
    replication_state,
)
from localtender.provider.resources.s3_cors import CORS_RULE
from localtender.provider.resources.s3_websites import routing_rules_text
from localtender.provider.values import Value, Values


@dataclass(frozen=True)
class Part:
    """One setting of a bucket.

    Attributes
    ----------
    argument
        The bucket's argument or block that says it.
    reading
        The method of the client that reads it.
    state
        Makes the argument's value of the answer; ``absent`` codes answer as nothing.
    writing
        The method that sets it, with the member that carries the setting.
    request
        Makes the setting of the argument's value.
    removing
        The method that takes it away; without one the bucket always has the setting.
    """

    argument: str
    reading: str
    state: Callable[[Values], Value]
    writing: tuple[str, str]
    request: Callable[[Any], Any]
    absent: str = ""
    removing: str = ""

    def set(self, client: Any, bucket: str, value: Value) -> None:
        """Set the part, or take it away when it says nothing."""
        if value:
            operation, member = self.writing
            getattr(client, operation)(Bucket=bucket, **{member: self.request(value)})
        elif self.removing:
            getattr(client, self.removing)(Bucket=bucket)


_LOGGING: Final[Fields] = {"target_bucket": "TargetBucket", "target_prefix": "TargetPrefix"}
_SSE: Final[Fields] = {
    "rule": Structure(
        "Rules",
        {
            "apply_server_side_encryption_by_default": Structure(
                "ApplyServerSideEncryptionByDefault",
                {"kms_master_key_id": "KMSMasterKeyID", "sse_algorithm": "SSEAlgorithm"},
            ),
            "bucket_key_enabled": "BucketKeyEnabled",
        },
        many=True,
    )
}


def _versioning_request(blocks: list[Values]) -> Values:
    enabled, mfa_delete = blocks[0]["enabled"], blocks[0]["mfa_delete"]
    request = {"Status": "Enabled" if enabled else "Suspended"}
    return {**request, "MFADelete": "Enabled"} if mfa_delete else request


def _versioning_state(answer: Values) -> list[Values]:
    return [
        {
            "enabled": answer.get("Status") == "Enabled",
            "mfa_delete": answer.get("MFADelete") == "Enabled",
        }
    ]


def _logging_request(blocks: list[Values]) -> Values:
    target = {**request_of(blocks[0], _LOGGING), "TargetPrefix": blocks[0]["target_prefix"] or ""}
    return {"LoggingEnabled": target}


def _logging_state(answer: Values) -> list[Values]:
    enabled = answer.get("LoggingEnabled")
    return [state_of(enabled, _LOGGING)] if enabled else []


def _website_request(blocks: list[Values]) -> Values:
    website, request = blocks[0], {}
    if website["index_document"]:
        request["IndexDocument"] = {"Suffix": website["index_document"]}
    if website["error_document"]:
        request["ErrorDocument"] = {"Key": website["error_document"]}
    if website["routing_rules"]:
        request["RoutingRules"] = json.loads(website["routing_rules"])
    if website["redirect_all_requests_to"]:
        request["RedirectAllRequestsTo"] = _redirect_request(website["redirect_all_requests_to"])
    return request


def _redirect_request(address: str) -> Values:
    parts = urlsplit(address)
    if not parts.scheme or not parts.netloc:
        return {"HostName": address}
    query = f"?{parts.query}" if parts.query else ""
    return {"HostName": f"{parts.netloc}{parts.path}{query}", "Protocol": parts.scheme}


def _website_state(answer: Values) -> list[Values]:
    redirect = answer.get("RedirectAllRequestsTo")
    website = {
        "error_document": answer.get("ErrorDocument", {}).get("Key"),
        "index_document": answer.get("IndexDocument", {}).get("Suffix"),
        "redirect_all_requests_to": _redirect_state(redirect) if redirect else None,
        "routing_rules": routing_rules_text(answer.get("RoutingRules")),
    }
    return [website] if any(website.values()) else []


def _redirect_state(redirect: Values) -> str:
    protocol = redirect.get("Protocol")
    return f"{protocol}://{redirect['HostName']}" if protocol else str(redirect["HostName"])


def _cors_request(rules: list[Values]) -> Values:
    return {"CORSRules": [request_of(rule, CORS_RULE) for rule in rules]}


def _cors_state(answer: Values) -> list[Values]:
    return [state_of(rule, CORS_RULE) for rule in answer.get("CORSRules", [])]


def _encryption_request(blocks: list[Values]) -> Values:
    return request_of(blocks[0], _SSE)


def _encryption_state(answer: Values) -> list[Values]:
    found = answer.get("ServerSideEncryptionConfiguration")
    return [state_of(found, _SSE)] if found else []


PARTS: Final = (
    Part(
        "policy",
        "get_bucket_policy",
        lambda answer: answer.get("Policy"),
        ("put_bucket_policy", "Policy"),
        str,
        absent="NoSuchBucketPolicy",
        removing="delete_bucket_policy",
    ),
    Part(
        "cors_rule",
        "get_bucket_cors",
        _cors_state,
        ("put_bucket_cors", "CORSConfiguration"),
        _cors_request,
        absent="NoSuchCORSConfiguration",
        removing="delete_bucket_cors",
    ),
    Part(
        "website",
        "get_bucket_website",
        _website_state,
        ("put_bucket_website", "WebsiteConfiguration"),
        _website_request,
        absent="NoSuchWebsiteConfiguration",
        removing="delete_bucket_website",
    ),
    Part(
        "versioning",
        "get_bucket_versioning",
        _versioning_state,
        ("put_bucket_versioning", "VersioningConfiguration"),
        _versioning_request,
    ),
    Part(
        "logging",
        "get_bucket_logging",
        _logging_state,
        ("put_bucket_logging", "BucketLoggingStatus"),
        _logging_request,
    ),
    Part(
        "lifecycle_rule",
        "get_bucket_lifecycle_configuration",
        lifecycle_state,
        ("put_bucket_lifecycle_configuration", "LifecycleConfiguration"),
        lifecycle_request,
        absent="NoSuchLifecycleConfiguration",
        removing="delete_bucket_lifecycle",
    ),
    Part(
        "acceleration_status",
        "get_bucket_accelerate_configuration",
        lambda answer: answer.get("Status"),
        ("put_bucket_accelerate_configuration", "AccelerateConfiguration"),
        lambda status: {"Status": status},
    ),
    Part(
        "request_payer",
        "get_bucket_request_payment",
        lambda answer: answer.get("Payer"),
        ("put_bucket_request_payment", "RequestPaymentConfiguration"),
        lambda payer: {"Payer": payer},
    ),
    Part(
        "replication_configuration",
        "get_bucket_replication",
        replication_state,
        ("put_bucket_replication", "ReplicationConfiguration"),
        replication_request,
        absent="ReplicationConfigurationNotFoundError",
        removing="delete_bucket_replication",
    ),
    Part(
        "server_side_encryption_configuration",
        "get_bucket_encryption",
        _encryption_state,
        ("put_bucket_encryption", "ServerSideEncryptionConfiguration"),
        _encryption_request,
        absent="ServerSideEncryptionConfigurationNotFoundError",
        removing="delete_bucket_encryption",
    ),
)
"""All but access control lists and object lock, which :mod:`.s3_buckets` sees to."""
