"""S3, after "Actions, resources, and condition keys for Amazon S3" and "Required permissions for
Amazon S3 API operations" of the S3 user guide: most actions are named after no operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote
from xml.sax.saxutils import unescape

from localtender.edge.authorize.actions.call_facts import CallFacts
from localtender.edge.authorize.actions.permission import Permission
from localtender.edge.authorize.actions.rules import Rule, ServiceActions, both, listed, on

_KEY = re.compile(r"<Key>(?P<key>.*?)</Key>\s*(?:<VersionId>(?P<version>.*?)</VersionId>)?", re.S)
_SOURCE = re.compile(r"/?(?P<object>[^?]+)(?:\?versionId=(?P<version>.+))?")
# The actions that read or write a part of a bucket's configuration, where they have other names.
_RENAMED = {
    "AccelerateConfiguration": "AccelerateConfiguration",
    "AnalyticsConfiguration": "AnalyticsConfiguration",
    "Cors": "BucketCORS",
    "Encryption": "EncryptionConfiguration",
    "IntelligentTieringConfiguration": "IntelligentTieringConfiguration",
    "InventoryConfiguration": "InventoryConfiguration",
    "Lifecycle": "LifecycleConfiguration",
    "LifecycleConfiguration": "LifecycleConfiguration",
    "MetricsConfiguration": "MetricsConfiguration",
    "Notification": "BucketNotification",
    "NotificationConfiguration": "BucketNotification",
    "Replication": "ReplicationConfiguration",
}
_DELETED_BY_PUTTING = frozenset(
    {
        *("BucketAnalyticsConfiguration", "BucketCors", "BucketEncryption"),
        *("BucketIntelligentTieringConfiguration", "BucketInventoryConfiguration"),
        *("BucketLifecycle", "BucketMetricsConfiguration", "BucketOwnershipControls"),
        *("BucketReplication", "BucketTagging", "PublicAccessBlock"),
    }
)


def _bucket(facts: CallFacts) -> Iterable[str]:
    bucket = facts.text("Bucket")
    return () if bucket is None else (f"arn:aws:s3:::{bucket}",)


def _object(facts: CallFacts) -> Iterable[str]:
    bucket, key = facts.text("Bucket"), facts.text("Key")
    return () if bucket is None or key is None else (f"arn:aws:s3:::{bucket}/{key}",)


def _list_keys(facts: CallFacts) -> Mapping[str, Iterable[str]]:
    names = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
    found = {key: facts.value(name) for key, name in names.items()}
    return {key: (str(value),) for key, value in found.items() if value is not None}


def _object_keys(facts: CallFacts) -> Mapping[str, Iterable[str]]:
    names = {
        "s3:versionid": "VersionId",
        "s3:x-amz-acl": "ACL",
        "s3:x-amz-server-side-encryption": "ServerSideEncryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
        "s3:x-amz-storage-class": "StorageClass",
        "s3:x-amz-copy-source": "CopySource",
    }
    found = {key: facts.text(name) for key, name in names.items()}
    return {key: (value,) for key, value in found.items() if value is not None}


def _versioned(action: str, of_a_version: str) -> Rule:
    """An action that has another name where the call names a version."""

    def rule(facts: CallFacts, prefix: str) -> Iterable[Permission]:
        name = of_a_version if facts.text("VersionId") else action
        return on(_object, action=name, keys=_object_keys)(facts, prefix)

    return rule


def _source(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    found = _SOURCE.fullmatch(facts.text("CopySource") or "")
    if found is not None:
        action = "GetObjectVersion" if found["version"] else "GetObject"
        yield Permission(f"{prefix}:{action}", f"arn:aws:s3:::{unquote(found['object'])}")


def _each_key(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    bucket = facts.text("Bucket")
    for found in _KEY.finditer(facts.call.request.body.decode("utf-8", "replace")):
        action = "DeleteObjectVersion" if found["version"] else "DeleteObject"
        yield Permission(f"{prefix}:{action}", f"arn:aws:s3:::{bucket}/{unescape(found['key'])}")


def _configuration(facts: CallFacts, prefix: str) -> Iterable[Permission]:
    """What is left: the bucket's or object's parts, by rule."""
    name = facts.call.name
    if name.startswith("Delete") and name.removeprefix("Delete") in _DELETED_BY_PUTTING:
        name = "Put" + name.removeprefix("Delete")
    if name.startswith("List") and name.endswith("Configurations"):
        name = "GetBucket" + name.removeprefix("ListBucket").removesuffix("s")
    for verb in ("Get", "Put"):
        part = name.removeprefix(f"{verb}Bucket")
        if part != name and part in _RENAMED:
            name = verb + _RENAMED[part]
        elif name == f"{verb}PublicAccessBlock":
            name = f"{verb}BucketPublicAccessBlock"
        elif name == f"{verb}ObjectLockConfiguration":
            name = f"{verb}BucketObjectLockConfiguration"
    return on(_object, _bucket, action=name)(facts, prefix)


_put = on(_object, action="PutObject", keys=_object_keys)
_get = _versioned("GetObject", "GetObjectVersion")

ACTIONS = ServiceActions(
    "s3",
    {
        "ListBuckets": on(action="ListAllMyBuckets"),
        "ListDirectoryBuckets": on(action="ListAllMyBuckets"),
        **listed(
            ("ListObjects", "ListObjectsV2", "HeadBucket"),
            on(_bucket, action="ListBucket", keys=_list_keys),
        ),
        "ListObjectVersions": on(_bucket, action="ListBucketVersions", keys=_list_keys),
        "ListMultipartUploads": on(_bucket, action="ListBucketMultipartUploads"),
        "ListParts": on(_object, action="ListMultipartUploadParts"),
        **listed(("GetObject", "HeadObject", "SelectObjectContent"), _get),
        "GetObjectAttributes": both(
            _get, _versioned("GetObjectAttributes", "GetObjectVersionAttributes")
        ),
        **listed(
            ("PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"), _put
        ),
        **listed(("CopyObject", "UploadPartCopy"), both(_put, _source)),
        "DeleteObject": _versioned("DeleteObject", "DeleteObjectVersion"),
        "DeleteObjects": _each_key,
        "GetObjectAcl": _versioned("GetObjectAcl", "GetObjectVersionAcl"),
        "PutObjectAcl": _versioned("PutObjectAcl", "PutObjectVersionAcl"),
        "GetObjectTagging": _versioned("GetObjectTagging", "GetObjectVersionTagging"),
        "PutObjectTagging": _versioned("PutObjectTagging", "PutObjectVersionTagging"),
        "DeleteObjectTagging": _versioned("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    },
    otherwise=_configuration,
)
