"""Amazon S3: objects that are copies of others.

Arguments and defaults follow the documentation of ``aws_s3_object_copy``, which has no import.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from localtender.provider.blocks import Fields, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change, Plan
from localtender.provider.moments import is_moment, moment, moment_text, same_moment
from localtender.provider.resources.s3_object_keys import clean_key, object_arn
from localtender.provider.resources.s3_stored_objects import (
    OBJECT_ACLS,
    STORAGE_CLASSES,
    StoredObject,
    is_metadata,
)
from localtender.provider.values import Values

_GRANT_HEADERS: Final = {
    "FULL_CONTROL": "GrantFullControl",
    "READ": "GrantRead",
    "READ_ACP": "GrantReadACP",
    "WRITE_ACP": "GrantWriteACP",
}
_MOMENTS: Final = {
    "copy_if_modified_since": "CopySourceIfModifiedSince",
    "copy_if_unmodified_since": "CopySourceIfUnmodifiedSince",
    "expires": "Expires",
    "object_lock_retain_until_date": "ObjectLockRetainUntilDate",
}
_HEADERS: Final[Fields] = {
    "bucket_key_enabled": "BucketKeyEnabled",
    "cache_control": "CacheControl",
    "content_disposition": "ContentDisposition",
    "content_encoding": "ContentEncoding",
    "content_language": "ContentLanguage",
    "content_type": "ContentType",
    "customer_algorithm": "SSECustomerAlgorithm",
    "customer_key_md5": "SSECustomerKeyMD5",
    "kms_key_id": "SSEKMSKeyId",
    "metadata": "Metadata",
    "object_lock_legal_hold_status": "ObjectLockLegalHoldStatus",
    "object_lock_mode": "ObjectLockMode",
    "server_side_encryption": "ServerSideEncryption",
    "storage_class": "StorageClass",
    "website_redirect": "WebsiteRedirectLocation",
}
_REQUEST: Final[Fields] = {
    **_HEADERS,
    "acl": "ACL",
    "checksum_algorithm": "ChecksumAlgorithm",
    "copy_if_match": "CopySourceIfMatch",
    "copy_if_none_match": "CopySourceIfNoneMatch",
    "customer_key": "SSECustomerKey",
    "expected_bucket_owner": "ExpectedBucketOwner",
    "expected_source_bucket_owner": "ExpectedSourceBucketOwner",
    "kms_encryption_context": "SSEKMSEncryptionContext",
    "metadata_directive": "MetadataDirective",
    "request_payer": "RequestPayer",
    "source_customer_algorithm": "CopySourceSSECustomerAlgorithm",
    "source_customer_key": "CopySourceSSECustomerKey",
    "source_customer_key_md5": "CopySourceSSECustomerKeyMD5",
    "tagging_directive": "TaggingDirective",
}
_COPIED: Final = (*_REQUEST, *_MOMENTS, "grant", "source")
_TOLD_BY_COPY: Final = ("etag", "expiration", "last_modified", "source_version_id", "version_id")


class ObjectCopy(StoredObject):
    """``aws_s3_object_copy``; ``BUCKET/KEY`` is its id."""

    type_name = "aws_s3_object_copy"
    conflicts = (("acl", "grant"),)
    defaults = {"force_destroy": False}
    sensitive = ("customer_key", "kms_encryption_context", "kms_key_id", "source_customer_key")
    equivalent = dict.fromkeys(_MOMENTS, same_moment)
    checks = {
        "acl": one_of(*OBJECT_ACLS),
        "metadata": is_metadata,
        "storage_class": one_of(*STORAGE_CLASSES),
        **dict.fromkeys(_MOMENTS, is_moment),
        "checksum_algorithm": one_of("CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"),
        "grant.permissions": lambda found: next(
            (f"unknown permission {each!r}" for each in found if each not in _GRANT_HEADERS), None
        ),
        "grant.type": one_of("CanonicalUser", "AmazonCustomerByEmail", "Group"),
        "metadata_directive": one_of("COPY", "REPLACE"),
        "request_payer": one_of("requester"),
        "server_side_encryption": one_of("AES256", "aws:kms", "aws:kms:dsse"),
        "tagging_directive": one_of("COPY", "REPLACE"),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect what another copy changes."""
        if plan.prior is None or not any(plan.changes(name) for name in _COPIED):
            return
        for name in _TOLD_BY_COPY:
            plan.make_unknown(name)

    def create(self, call: Call, planned: Values) -> Values:
        """Copy the object."""
        return {"id": f"{planned['bucket']}/{planned['key']}", **_copy(call, planned)}

    def update(self, call: Call, change: Change) -> Values | None:
        """Copy the object anew."""
        return _copy(call, change.planned) if change.has(*_COPIED) else None

    def read(self, call: Call, state: Values) -> Values | None:
        """Read what S3 tells about the copy without its content."""
        bucket, key = state["bucket"], clean_key(state["key"])
        where = {"Bucket": bucket, "Key": key}
        answer = call.client().head_object(**where)
        found = super().read(call, state) or {}
        return {
            **found,
            **state_of(answer, _HEADERS),
            "arn": object_arn(call, bucket, key),
            "bucket_key_enabled": answer.get("BucketKeyEnabled", False),
            "expiration": answer.get("Expiration"),
            "last_modified": moment_text(answer["LastModified"]),
            "storage_class": answer.get("StorageClass", "STANDARD"),
        }


def _copy(call: Call, planned: Values) -> Values:
    request: Values = {
        "Bucket": planned["bucket"],
        "Key": clean_key(planned["key"]),
        "CopySource": planned["source"],
        **request_of(planned, _REQUEST),
    }
    for name, member in _MOMENTS.items():
        if planned[name]:
            request[member] = moment(planned[name])
    if planned["tags_all"] and planned["tagging_directive"] != "COPY":
        request["Tagging"] = urlencode(planned["tags_all"])
        request["TaggingDirective"] = "REPLACE"
    answer = call.client().copy_object(**request, **_grants(planned["grant"] or []))
    return {
        "request_charged": bool(answer.get("RequestCharged")),
        "source_version_id": answer.get("CopySourceVersionId"),
    }


def _grants(blocks: list[Values]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for block in blocks:
        kinds: dict[str, Any] = {
            "CanonicalUser": ("id", block["id"]),
            "AmazonCustomerByEmail": ("emailAddress", block["email"]),
            "Group": ("uri", block["uri"]),
        }
        kind, name = kinds[block["type"]]
        for permission in block["permissions"]:
            found.setdefault(_GRANT_HEADERS[permission], []).append(f'{kind}="{name}"')
    return {header: ", ".join(grantees) for header, grantees in found.items()}
