"""Amazon S3: what S3 tells about an object, and its end, however it came to be."""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Fields, state_of
from localtender.provider.call import Call
from localtender.provider.declaration import Resource
from localtender.provider.moments import moment_text
from localtender.provider.resources.s3_deletion import delete_all_versions
from localtender.provider.resources.s3_names import NO_BUCKET
from localtender.provider.resources.s3_object_keys import clean_key, object_arn
from localtender.provider.resources.s3_tags import tagging, tags_of
from localtender.provider.values import Values

OBJECT_ACLS: Final = (
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
)
STORAGE_CLASSES: Final = (
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "GLACIER",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
    "FSX_OPENZFS",
    "FSX_ONTAP",
)

# Arguments that an upload carries and a HEAD answers, with the API's members.
HEADERS: Final[Fields] = {
    "bucket_key_enabled": "BucketKeyEnabled",
    "cache_control": "CacheControl",
    "content_disposition": "ContentDisposition",
    "content_encoding": "ContentEncoding",
    "content_language": "ContentLanguage",
    "content_type": "ContentType",
    "metadata": "Metadata",
    "server_side_encryption": "ServerSideEncryption",
    "storage_class": "StorageClass",
    "website_redirect": "WebsiteRedirectLocation",
}
LOCKS: Final[Fields] = {
    "object_lock_legal_hold_status": "ObjectLockLegalHoldStatus",
    "object_lock_mode": "ObjectLockMode",
}
CHECKSUMS: Final = {
    "checksum_crc32": "ChecksumCRC32",
    "checksum_crc32c": "ChecksumCRC32C",
    "checksum_crc64nvme": "ChecksumCRC64NVME",
    "checksum_sha1": "ChecksumSHA1",
    "checksum_sha256": "ChecksumSHA256",
}


class StoredObject(Resource):
    """An object of a bucket."""

    service = "s3"
    gone = (*NO_BUCKET, "NoSuchKey")
    replaces = ("bucket", "key")

    def read(self, call: Call, state: Values) -> Values | None:
        """Read what S3 tells about the object without its content."""
        bucket, key = state["bucket"], clean_key(state["key"])
        request = {"Bucket": bucket, "Key": key}
        if state.get("checksum_algorithm"):
            request["ChecksumMode"] = "ENABLED"
        answer = call.client().head_object(**request)
        found = state_of(answer, HEADERS) | state_of(answer, LOCKS)
        found |= {name: answer.get(member) for name, member in CHECKSUMS.items()}
        found |= {
            "arn": object_arn(call, bucket, key),
            "bucket_key_enabled": answer.get("BucketKeyEnabled", False),
            "etag": answer["ETag"].strip('"'),
            "object_lock_retain_until_date": moment_text(answer.get("ObjectLockRetainUntilDate")),
            "storage_class": answer.get("StorageClass", "STANDARD"),
            "version_id": answer.get("VersionId"),
        }
        found["kms_key_id"] = answer.get("SSEKMSKeyId")
        tags = call.optional(call.client().get_object_tagging, Bucket=bucket, Key=key)
        return found if tags is None else {**found, "tags": tags_of(tags)}

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Set the whole set of tags anew, which is all that S3 can."""
        client, where = call.client(), location(state)
        tags = tags_of(client.get_object_tagging(**where))
        tags = {key: value for key, value in tags.items() if key not in removed} | changed
        if tags:
            client.put_object_tagging(**where, Tagging=tagging(tags))
        else:
            client.delete_object_tagging(**where)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the object, with all its versions if it has any."""
        client, where = call.client(), location(state)
        if state["version_id"]:
            delete_all_versions(
                client, where["Bucket"], where["Key"], unlock=bool(state["force_destroy"])
            )
        else:
            client.delete_object(**where)


def location(values: Values) -> Values:
    """Return the parameters that say which object a request is for."""
    return {"Bucket": values["bucket"], "Key": clean_key(values["key"])}


def is_metadata(found: Values) -> str | None:
    """Check: names of metadata are written in small letters."""
    wrong = next((name for name in found if name != name.lower()), None)
    return None if wrong is None else f"expected names in small letters, got {wrong!r}"
