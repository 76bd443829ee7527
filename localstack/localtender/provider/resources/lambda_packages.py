"""AWS Lambda: where the code of functions and layers comes from, as the API takes it.

Follows "FunctionCode" and "LayerVersionContentInput" of the Lambda API reference.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import request_of
from localtender.provider.call import Call
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.values import Values

_IN_S3: Final = {
    "s3_bucket": "S3Bucket",
    "s3_key": "S3Key",
    "s3_object_version": "S3ObjectVersion",
}


def package_of(call: Call, planned: Values) -> Values:
    """Return the configured package: the file's bytes, or its place in S3.

    Raises
    ------
    InvalidArgumentError
        When the file of ``filename`` cannot be read.
    """
    request = request_of(planned, _IN_S3)
    if planned["filename"]:
        path = call.path(planned["filename"])
        try:
            request["ZipFile"] = path.read_bytes()
        except OSError as failure:
            raise InvalidArgumentError(
                "filename", f"cannot read the package {path}: {failure.strerror}"
            ) from failure
    return request
