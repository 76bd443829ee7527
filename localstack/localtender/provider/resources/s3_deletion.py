"""Amazon S3: deleting every version of the objects of a bucket, or of one object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from localtender.provider.errors import OperationError
from localtender.provider.service_errors import error_code
from localtender.provider.values import Values


def delete_all_versions(client: Any, bucket: str, key: str = "", *, unlock: bool) -> None:
    """Delete versions and delete markers.

    Parameters
    ----------
    key
        The object; without one everything in the bucket goes.
    unlock
        Whether retention in governance mode is bypassed and legal holds are lifted.

    Raises
    ------
    OperationError
        When S3 refuses to delete one of them; names it and S3's code.
    """
    for page in _versions(client, bucket, key):
        request: Values = {"Bucket": bucket, "Delete": {"Objects": page, "Quiet": True}}
        if unlock:
            request["BypassGovernanceRetention"] = True
        for error in client.delete_objects(**request).get("Errors", []):
            if not unlock or error["Code"] != "AccessDenied":
                raise OperationError(
                    f"deleting {error['Key']} of bucket {bucket}: {error['Code']}: "
                    f"{error.get('Message', '')}"
                )
            _delete_held(client, bucket, error)


def _versions(client: Any, bucket: str, key: str) -> Iterator[list[Values]]:
    """Yield at most a thousand versions at a time, read whole before any is deleted."""
    found = [
        {"Key": version["Key"], "VersionId": version["VersionId"]}
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
        for kind in ("Versions", "DeleteMarkers")
        for version in page.get(kind, [])
        if not key or version["Key"] == key
    ]
    for start in range(0, len(found), 1000):
        yield found[start : start + 1000]


def _delete_held(client: Any, bucket: str, refused: Values) -> None:
    version = {"Bucket": bucket, "Key": refused["Key"], "VersionId": refused["VersionId"]}
    try:
        client.put_object_legal_hold(**version, LegalHold={"Status": "OFF"})
    except Exception as failure:
        # A delete marker has no legal hold.
        if error_code(failure) not in ("MethodNotAllowed", "NoSuchObjectLockConfiguration"):
            raise
    client.delete_object(**version, BypassGovernanceRetention=True)
