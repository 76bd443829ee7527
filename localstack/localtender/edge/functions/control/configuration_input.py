"""Reading a configuration out of CreateFunction and UpdateFunctionConfiguration.

Rules, defaults and messages follow the API reference of the two operations
(https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.configuration import (
    CodeIdentity,
    FunctionConfiguration,
    LoggingConfiguration,
    modification_date,
)
from localtender.edge.functions.execution.variables import RESERVED_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localtender.edge.functions.control.runtimes import Runtimes
    from localtender.edge.functions.names import FunctionReference

_MAXIMUM_ENVIRONMENT_BYTES = 4096
_STORED_ONLY = ("KMSKeyArn", "FileSystemConfigs")
_UNSUPPORTED = (
    "CodeSigningConfigArn",
    "ImageConfig",
    "CapacityProviderConfig",
    "DurableConfig",
    "TenancyConfig",
    "PublishTo",
)


def new_configuration(
    reference: FunctionReference, parameters: Mapping[str, Any], runtimes: Runtimes
) -> FunctionConfiguration:
    """The configuration a CreateFunction call asks for; its code is filled in later.

    Raises ServiceError where a value can't be taken.
    """
    _refuse_unsupported(parameters)
    if parameters.get("PackageType") == "Image" or "ImageUri" in parameters["Code"]:
        raise errors.invalid_parameter(
            "Localtender does not run container images (PackageType Image); give the function a "
            "zip archive."
        )
    if not parameters.get("Runtime") or not parameters.get("Handler"):
        raise errors.invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with "
            "deployment packages."
        )
    default = FunctionConfiguration(
        reference=reference,
        runtime="",
        handler="",
        role="",
        code=CodeIdentity("", 0),
        logging=LoggingConfiguration(f"/aws/lambda/{reference.name}"),
        last_modified=modification_date(),
    )
    changes = configuration_changes(default, parameters, runtimes)
    if parameters.get("Architectures"):
        changes["architectures"] = tuple(parameters["Architectures"])
    return default.revised(**changes)


def configuration_changes(
    current: FunctionConfiguration, parameters: Mapping[str, Any], runtimes: Runtimes
) -> dict[str, Any]:
    """The fields a call changes, by their names in FunctionConfiguration. Raises ServiceError."""
    _refuse_unsupported(parameters)
    changes: dict[str, Any] = {}
    for name, attribute in (
        ("Role", "role"),
        ("Handler", "handler"),
        ("Description", "description"),
        ("Timeout", "timeout"),
        ("MemorySize", "memory_size"),
    ):
        if parameters.get(name) is not None:
            changes[attribute] = parameters[name]
    if parameters.get("Runtime") is not None:
        changes["runtime"] = runtimes.check(parameters["Runtime"])
    if parameters.get("Environment") is not None:
        changes["environment"] = _environment(parameters["Environment"].get("Variables") or {})
    if parameters.get("EphemeralStorage") is not None:
        changes["ephemeral_storage"] = parameters["EphemeralStorage"]["Size"]
    if parameters.get("TracingConfig") is not None:
        changes["tracing_mode"] = parameters["TracingConfig"].get("Mode") or "PassThrough"
    if parameters.get("SnapStart") is not None:
        changes["snap_start"] = parameters["SnapStart"].get("ApplyOn") or "None"
        if changes["snap_start"] != "None":
            runtimes.check_snap_start(changes.get("runtime", current.runtime))
    if parameters.get("DeadLetterConfig") is not None:
        changes["dead_letter_target"] = _dead_letter_target(parameters["DeadLetterConfig"])
    if parameters.get("LoggingConfig") is not None:
        changes["logging"] = _logging(current, parameters["LoggingConfig"])
    stored = {name: parameters[name] for name in _STORED_ONLY if parameters.get(name) is not None}
    if stored:
        kept = {**current.further, **stored}
        changes["further"] = {name: value for name, value in kept.items() if value}
    return changes


def _refuse_unsupported(parameters: Mapping[str, Any]) -> None:
    for name in _UNSUPPORTED:
        if parameters.get(name):
            raise errors.invalid_parameter(f"Localtender does not support {name} of functions yet.")


def _environment(variables: dict[str, str]) -> dict[str, str]:
    reserved = sorted(RESERVED_VARIABLES.intersection(variables))
    if reserved:
        raise errors.invalid_parameter(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
    text = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(text.encode()) > _MAXIMUM_ENVIRONMENT_BYTES:
        raise errors.invalid_parameter(
            "Lambda was unable to configure your environment variables because the environment "
            f"variables you have provided exceeded the 4KB limit. String measured: {text}"
        )
    return dict(variables)


def _dead_letter_target(given: Mapping[str, Any]) -> str | None:
    target = given.get("TargetArn") or None
    if target is not None and target.split(":")[2] not in ("sqs", "sns"):
        raise errors.invalid_parameter(
            f"The provided target ARN {target} is not that of an SQS queue or SNS topic."
        )
    return target


def _logging(current: FunctionConfiguration, given: Mapping[str, Any]) -> LoggingConfiguration:
    log_format = given.get("LogFormat") or current.logging.log_format
    levels = {
        "application_level": given.get("ApplicationLogLevel"),
        "system_level": given.get("SystemLogLevel"),
    }
    if log_format == "Text" and any(levels.values()):
        raise errors.invalid_parameter(
            "Log level is not supported when LogFormat is set to Text. "
            "Remove log level from your request or change the LogFormat to JSON and try again."
        )
    if log_format == "JSON":
        levels = {
            name: level or getattr(current.logging, name) or "INFO"
            for name, level in levels.items()
        }
    return LoggingConfiguration(
        log_group=given.get("LogGroup") or current.logging.log_group,
        log_format=log_format,
        **levels,
    )
