"""Amazon S3: looking up objects.

Follows the documentation of the data sources ``aws_s3_object``, ``aws_s3_objects`` and of their
deprecated forms ``aws_s3_bucket_object`` and ``aws_s3_bucket_objects``.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any, Final

from localtender.provider.blocks import Fields, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import DataSource
from localtender.provider.errors import OperationError
from localtender.provider.moments import moment_text
from localtender.provider.resources.s3_object_keys import clean_key, object_arn
from localtender.provider.resources.s3_tags import tags_of
from localtender.provider.service_errors import error_code
from localtender.provider.values import Values

_LARGEST_PAGE: Final = 1000
_READABLE: Final = re.compile(
    r"text/.+|application/(atom\+xml|json|ld\+json|x-csh|x-httpd-php|x-sh|xhtml\+xml|xml)"
)
_TEXTS: Final[Fields] = {
    "cache_control": "CacheControl",
    "content_disposition": "ContentDisposition",
    "content_encoding": "ContentEncoding",
    "content_language": "ContentLanguage",
    "content_length": "ContentLength",
    "content_type": "ContentType",
    "expiration": "Expiration",
    "expires": "ExpiresString",
    "metadata": "Metadata",
    "object_lock_legal_hold_status": "ObjectLockLegalHoldStatus",
    "object_lock_mode": "ObjectLockMode",
    "server_side_encryption": "ServerSideEncryption",
    "sse_kms_key_id": "SSEKMSKeyId",
    "version_id": "VersionId",
    "website_redirect_location": "WebsiteRedirectLocation",
    "checksum_crc32": "ChecksumCRC32",
    "checksum_crc32c": "ChecksumCRC32C",
    "checksum_crc64nvme": "ChecksumCRC64NVME",
    "checksum_sha1": "ChecksumSHA1",
    "checksum_sha256": "ChecksumSHA256",
}
_PAGE: Final[Fields] = {
    "delimiter": "Delimiter",
    "encoding_type": "EncodingType",
    "prefix": "Prefix",
    "request_payer": "RequestPayer",
    "start_after": "StartAfter",
}


class BucketObjectData(DataSource):
    """``aws_s3_bucket_object``; ``BUCKET/KEY``, or ``BUCKET/KEY@VERSION``, is its id."""

    type_name = "aws_s3_bucket_object"
    service = "s3"

    def read(self, call: Call, config: Values) -> Values:
        """Read an object's headers, and its content where that is text."""
        bucket, key = config["bucket"], clean_key(config["key"])
        where = {"Bucket": bucket, "Key": key}
        if config["version_id"]:
            where["VersionId"] = config["version_id"]
        part = {"Range": config["range"]} if config["range"] else {}
        mode = {"ChecksumMode": config["checksum_mode"]} if config.get("checksum_mode") else {}
        client = call.client()
        try:
            answer = client.head_object(**where, **part, **mode)
        except Exception as failure:
            if error_code(failure) not in ("404", "NoSuchKey"):
                raise
            raise OperationError(f"there is no object {key} in bucket {bucket}") from failure
        tags = call.optional(client.get_object_tagging, **where)
        version = f"@{config['version_id']}" if config["version_id"] else ""
        return {
            **state_of(answer, _TEXTS),
            "arn": object_arn(call, bucket, key),
            "bucket_key_enabled": answer.get("BucketKeyEnabled", False),
            "etag": answer["ETag"].strip('"'),
            "id": f"{bucket}/{key}{version}",
            "last_modified": _http_date(answer["LastModified"]),
            "object_lock_retain_until_date": moment_text(answer.get("ObjectLockRetainUntilDate")),
            "storage_class": answer.get("StorageClass", "STANDARD"),
            "tags": {} if tags is None else tags_of(tags),
            **self.content(client, {**where, **part}, config, answer),
        }

    def content(self, client: Any, where: Values, config: Values, answer: Values) -> Values:
        """Return the content as far as the configuration can hold it."""
        if not _READABLE.match(answer.get("ContentType", "")):
            return {"body": None}
        return {"body": client.get_object(**where)["Body"].read().decode(errors="replace")}


class ObjectData(BucketObjectData):
    """``aws_s3_object``."""

    type_name = "aws_s3_object"
    checks = {"checksum_mode": one_of("ENABLED"), "download_body": one_of("true", "false")}

    def content(self, client: Any, where: Values, config: Values, answer: Values) -> Values:
        """Return the content of text, or of anything when that is asked for."""
        wanted = config["download_body"]
        readable = bool(_READABLE.match(answer.get("ContentType", "")))
        if wanted == "false" or not (readable or wanted == "true"):
            return {"body": None, "body_base64": None}
        content = client.get_object(**where)["Body"].read()
        return {
            "body": content.decode(errors="replace"),
            "body_base64": base64.b64encode(content).decode(),
        }


class BucketObjectsData(DataSource):
    """``aws_s3_bucket_objects``; its id is the bucket's name."""

    type_name = "aws_s3_bucket_objects"
    service = "s3"
    checks = {"encoding_type": one_of("url")}

    def read(self, call: Call, config: Values) -> Values:
        """List keys, at most as many as are asked for."""
        limit = config["max_keys"] if config["max_keys"] is not None else _LARGEST_PAGE
        request = {"Bucket": config["bucket"], **request_of(config, _PAGE)}
        if config["fetch_owner"]:
            request["FetchOwner"] = True
        keys: list[str] = []
        prefixes: list[str] = []
        owners: list[str] = []
        charged = None
        while len(keys) < limit:
            page = min(limit - len(keys), _LARGEST_PAGE)
            answer = call.client().list_objects_v2(**request, MaxKeys=page)
            charged = answer.get("RequestCharged")
            found = answer.get("Contents", [])
            keys += [each["Key"] for each in found]
            owners += [each["Owner"]["ID"] for each in found if "Owner" in each]
            prefixes += [each["Prefix"] for each in answer.get("CommonPrefixes", [])]
            if not answer.get("IsTruncated"):
                break
            request["ContinuationToken"] = answer["NextContinuationToken"]
        return {
            "id": config["bucket"],
            "common_prefixes": prefixes,
            "keys": keys,
            "owners": owners,
            "request_charged": charged,
        }


class ObjectsData(BucketObjectsData):
    """``aws_s3_objects``."""

    type_name = "aws_s3_objects"
    checks = {**BucketObjectsData.checks, "request_payer": one_of("requester")}


def _http_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S UTC")
