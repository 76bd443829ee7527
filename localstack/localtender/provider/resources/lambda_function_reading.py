"""AWS Lambda: what the service answers about a function, as attributes.

Follows "GetFunction" and "ListVersionsByFunction" of the Lambda API reference.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.resources.lambda_names import invoke_arn, streaming_invoke_arn
from localtender.provider.values import Values

NO_RESERVATION: Final = -1
"""What stands for a function that has no reserved concurrency."""


def function_state(call: Call, answer: Values) -> Values:
    """Return the attributes that ``GetFunction`` tells beside the configuration's arguments."""
    configuration, code = answer["Configuration"], answer.get("Code", {})
    arn = configuration["FunctionArn"]
    return {
        "architectures": configuration.get("Architectures", ["x86_64"]),
        "arn": arn,
        "code_sha256": configuration.get("CodeSha256"),
        "code_signing_config_arn": _code_signing(call, configuration),
        "image_uri": code.get("ImageUri"),
        "invoke_arn": invoke_arn(call, arn),
        "last_modified": configuration.get("LastModified"),
        "reserved_concurrent_executions": (answer.get("Concurrency") or {}).get(
            "ReservedConcurrentExecutions", NO_RESERVATION
        ),
        "response_streaming_invoke_arn": streaming_invoke_arn(call, arn),
        "signing_job_arn": configuration.get("SigningJobArn", ""),
        "signing_profile_version_arn": configuration.get("SigningProfileVersionArn", ""),
        "source_code_size": configuration.get("CodeSize"),
        "source_kms_key_arn": code.get("SourceKMSKeyArn"),
        "tags": answer.get("Tags", {}),
    }


def latest_version(call: Call, name: str) -> Any:
    """Return the configuration of the version that was published last, or else of $LATEST."""
    pages = call.client().get_paginator("list_versions_by_function").paginate(FunctionName=name)
    # Sorted from $LATEST over the oldest to the latest.
    return [version for page in pages for version in page["Versions"]][-1]


def _code_signing(call: Call, configuration: Values) -> str:
    if configuration.get("PackageType", "Zip") != "Zip":
        return ""
    answer = call.optional(
        call.client().get_function_code_signing_config, FunctionName=configuration["FunctionName"]
    )
    return str((answer or {}).get("CodeSigningConfigArn", ""))
