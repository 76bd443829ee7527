"""Amazon S3: objects whose content Terraform holds.

Arguments, defaults, what is uploaded anew and ids follow the documentation and the source of
``aws_s3_object`` and the deprecated ``aws_s3_bucket_object``.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final
from urllib.parse import urlencode

from localtender.provider.blocks import request_of
from localtender.provider.call import Call
from localtender.provider.checks import is_arn, one_of
from localtender.provider.declaration import Change, Plan
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.moments import (
    is_moment,
    moment,
    same_moment,
)
from localtender.provider.resources.s3_encryption import is_algorithm
from localtender.provider.resources.s3_object_keys import parse_object_id
from localtender.provider.resources.s3_stored_objects import (
    CHECKSUMS,
    HEADERS,
    LOCKS,
    OBJECT_ACLS,
    STORAGE_CLASSES,
    StoredObject,
    is_metadata,
    location,
)
from localtender.provider.values import UNKNOWN, Values

_CONTENT: Final = ("content", "content_base64", "source")
_UPLOADED: Final = (*_CONTENT, *HEADERS, "etag", "kms_key_id", "source_hash")


class BucketObject(StoredObject):
    """``aws_s3_bucket_object``, the older form of an object; its id is its key."""

    type_name = "aws_s3_bucket_object"
    conflicts = (("source", "content", "content_base64"), ("etag", "kms_key_id"))
    defaults = {"acl": "private", "force_destroy": False}
    equivalent = {"object_lock_retain_until_date": same_moment}
    uploaded: tuple[str, ...] = _UPLOADED
    checks = {
        "acl": one_of(*OBJECT_ACLS),
        "kms_key_id": is_arn,
        "metadata": is_metadata,
        "object_lock_legal_hold_status": one_of("ON", "OFF"),
        "object_lock_mode": one_of("GOVERNANCE", "COMPLIANCE"),
        "object_lock_retain_until_date": is_moment,
        "server_side_encryption": is_algorithm,
        "storage_class": one_of(*STORAGE_CLASSES),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Expect what an upload changes: version, ETag, checksums, the key of the encryption."""
        if plan.prior is None or not any(plan.changes(name) for name in self.uploaded):
            return
        for name in ("version_id", "etag", "kms_key_id", *CHECKSUMS):
            if name in plan.planned and plan.config.get(name) is None:
                plan.make_unknown(name)

    def create(self, call: Call, planned: Values) -> Values:
        """Upload the object."""
        self._upload(call, planned)
        return {"id": self.identifier(planned)}

    def update(self, call: Call, change: Change) -> None:
        """Upload the object anew if its content or headers changed, or else set what did."""
        planned = change.planned
        if change.has(*self.uploaded):
            self._upload(call, planned)
            return
        client, where = call.client(), location(planned)
        if change.has("acl"):
            client.put_object_acl(**where, ACL=planned["acl"])
        if change.has("object_lock_legal_hold_status"):
            hold = {"Status": planned["object_lock_legal_hold_status"] or "OFF"}
            client.put_object_legal_hold(**where, LegalHold=hold)
        if change.has("object_lock_mode", "object_lock_retain_until_date"):
            _retain(client, where, change)

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the id apart."""
        named = parse_object_id(identifier)
        return {"id": self.identifier(named), **named}

    def identifier(self, values: Values) -> str:
        """Return the id of an object."""
        return str(values["key"])

    def _upload(self, call: Call, planned: Values) -> None:
        request = location(planned) | request_of(planned, HEADERS) | request_of(planned, LOCKS)
        request["Body"] = _body(call, planned)
        if planned["acl"]:
            request["ACL"] = planned["acl"]
        if planned["kms_key_id"]:
            request.setdefault("ServerSideEncryption", "aws:kms")
            request["SSEKMSKeyId"] = planned["kms_key_id"]
        if planned["object_lock_retain_until_date"]:
            request["ObjectLockRetainUntilDate"] = moment(planned["object_lock_retain_until_date"])
        if planned["tags_all"]:
            request["Tagging"] = urlencode(planned["tags_all"])
        locked = any(name.startswith("ObjectLock") for name in request)
        algorithm = planned.get("checksum_algorithm") or ("CRC32" if locked else None)
        if algorithm:
            request["ChecksumAlgorithm"] = algorithm
        call.client().put_object(**request)


class Object(BucketObject):
    """``aws_s3_object``; ``BUCKET/KEY`` is its id."""

    type_name = "aws_s3_object"
    defaults = {"force_destroy": False}
    uploaded = (*_UPLOADED, "checksum_algorithm")
    checks = {
        **BucketObject.checks,
        "checksum_algorithm": one_of("CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"),
        "override_provider.default_tags.tags": lambda tags: (
            "expected no tags: the block can only take the provider's away" if tags else None
        ),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Leave the provider's tags away where the object does not want them."""
        super().customize(call, plan)
        for override in plan.planned["override_provider"] or []:
            if override and override["default_tags"] and plan.planned["tags"] is not UNKNOWN:
                plan.planned["tags_all"] = plan.planned["tags"] or {}

    def identifier(self, values: Values) -> str:
        """Return the id of an object."""
        return f"{values['bucket']}/{values['key']}"


def _body(call: Call, planned: Values) -> bytes:
    if planned["source"]:
        path = call.path(planned["source"])
        try:
            return path.read_bytes()
        except OSError as failure:
            raise InvalidArgumentError(
                "source", f"cannot read {path}: {failure.strerror}"
            ) from failure
    if planned["content_base64"]:
        try:
            return base64.b64decode(planned["content_base64"], validate=True)
        except binascii.Error as failure:
            raise InvalidArgumentError("content_base64", f"not base64: {failure}") from failure
    return (planned["content"] or "").encode()


def _retain(client: Any, where: Values, change: Change) -> None:
    before = change.prior["object_lock_retain_until_date"]
    after = change.planned["object_lock_retain_until_date"]
    mode = change.planned["object_lock_mode"]
    retention = {"Mode": mode, "RetainUntilDate": moment(after)} if mode and after else {}
    request: Values = {**where, "Retention": retention}
    if before and (not after or moment(after) < moment(before)):
        # Only so can a retention become shorter.
        request["BypassGovernanceRetention"] = True
    client.put_object_retention(**request)
