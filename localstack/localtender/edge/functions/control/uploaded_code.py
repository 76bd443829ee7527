"""Code that a call brings along, or names in S3.

Functions and layers take it in the same form: ``ZipFile``, or ``S3Bucket`` and ``S3Key``
(https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.code import MAXIMUM_UNZIPPED_BYTES, MAXIMUM_ZIPPED_BYTES
from localtender.engines.client import EngineCallError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from localtender.edge.functions.code import CodeStore
    from localtender.edge.functions.configuration import AttachedLayer, CodeIdentity
    from localtender.edge.protocol.messages import Caller
    from localtender.engines.calls import EngineCalls


class UploadedCode:
    """Takes archives out of requests and out of the engine's S3, and keeps them."""

    def __init__(self, store: CodeStore, engine: EngineCalls) -> None:
        self._store = store
        self._engine = engine

    async def add(self, caller: Caller, source: Mapping[str, Any]) -> CodeIdentity:
        """Keep the code that a call gives.

        Raises ServiceError (InvalidParameterValueException) where there is none, it is not in S3,
        or it is no archive.
        """
        archive: bytes | None = source.get("ZipFile")
        if archive is None:
            if not source.get("S3Bucket") or not source.get("S3Key"):
                raise errors.invalid_parameter("Please provide a source for function code.")
            archive = await self._object(caller, source)
        elif len(archive) > MAXIMUM_ZIPPED_BYTES:
            raise errors.too_large(f"Zipped size must be smaller than {MAXIMUM_ZIPPED_BYTES} bytes")
        return await self._store.add(archive)

    def check_combined(self, code: CodeIdentity, layers: Sequence[AttachedLayer]) -> None:
        """Raise InvalidParameterValueException when code and layers are too big together."""
        if not layers:
            return
        identities = (code, *(layer.code for layer in layers))
        size = sum(self._store.unzipped_size(identity) for identity in identities)
        if size > MAXIMUM_UNZIPPED_BYTES:
            raise errors.invalid_parameter(
                "Function code combined with layers exceeds the maximum allowed size of "
                f"{MAXIMUM_UNZIPPED_BYTES} bytes. The actual size is {size} bytes."
            )

    async def _object(self, caller: Caller, source: Mapping[str, Any]) -> bytes:
        parameters = {"Bucket": source["S3Bucket"], "Key": source["S3Key"]}
        if source.get("S3ObjectVersion"):
            parameters["VersionId"] = source["S3ObjectVersion"]
        try:
            answer = await self._engine.call(
                "s3",
                "GetObject",
                parameters,
                account_id=caller.account_id,
                region=caller.region,
            )
        except EngineCallError as error:
            raise errors.invalid_parameter(
                f"Error occurred while GetObject. S3 Error Code: {error.code}. "
                f"S3 Error Message: {error.message}"
            ) from error
        body = answer["Body"]
        return body if isinstance(body, bytes) else bytes(body.read())
