"""AWS Lambda: a function's configuration and code, between Terraform's arguments and the API.

Follows the documentation of ``aws_lambda_function`` and "CreateFunction",
"UpdateFunctionConfiguration" and "UpdateFunctionCode" of the Lambda API reference.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Structure, request_of
from localtender.provider.call import Call
from localtender.provider.declaration import Change
from localtender.provider.resources.lambda_packages import package_of
from localtender.provider.values import Values

# Which arguments make up the configuration, and which the code.
_TEXTS: Final = {
    "description": "Description",
    "handler": "Handler",
    "kms_key_arn": "KMSKeyArn",
    "memory_size": "MemorySize",
    "role": "Role",
    "runtime": "Runtime",
    "timeout": "Timeout",
}
_BLOCKS: Final = {
    "capacity_provider_config": Structure(
        "CapacityProviderConfig",
        {
            "lambda_managed_instances_capacity_provider_config": Structure(
                "LambdaManagedInstancesCapacityProviderConfig",
                {
                    "capacity_provider_arn": "CapacityProviderArn",
                    "execution_environment_memory_gib_per_vcpu": (
                        "ExecutionEnvironmentMemoryGiBPerVCpu"
                    ),
                    "per_execution_environment_max_concurrency": (
                        "PerExecutionEnvironmentMaxConcurrency"
                    ),
                },
            )
        },
    ),
    "dead_letter_config": Structure("DeadLetterConfig", {"target_arn": "TargetArn"}),
    "durable_config": Structure(
        "DurableConfig",
        {"execution_timeout": "ExecutionTimeout", "retention_period": "RetentionPeriodInDays"},
    ),
    "environment": Structure("Environment", {"variables": "Variables"}),
    "ephemeral_storage": Structure("EphemeralStorage", {"size": "Size"}),
    "file_system_config": Structure(
        "FileSystemConfigs", {"arn": "Arn", "local_mount_path": "LocalMountPath"}, many=True
    ),
    "image_config": Structure(
        "ImageConfig",
        {
            "command": "Command",
            "entry_point": "EntryPoint",
            "working_directory": "WorkingDirectory",
        },
    ),
    "logging_config": Structure(
        "LoggingConfig",
        {
            "application_log_level": "ApplicationLogLevel",
            "log_format": "LogFormat",
            "log_group": "LogGroup",
            "system_log_level": "SystemLogLevel",
        },
    ),
    "snap_start": Structure("SnapStart", {"apply_on": "ApplyOn"}),
    "tenancy_config": Structure("TenancyConfig", {"tenant_isolation_mode": "TenantIsolationMode"}),
    "tracing_config": Structure("TracingConfig", {"mode": "Mode"}),
    "vpc_config": Structure(
        "VpcConfig",
        {
            "ipv6_allowed_for_dual_stack": "Ipv6AllowedForDualStack",
            "security_group_ids": "SecurityGroupIds",
            "subnet_ids": "SubnetIds",
        },
    ),
}
_FIXED: Final = ("tenancy_config",)
# What the API wants to hear when a block is taken away.
_NOTHING: Final[Values] = {
    "dead_letter_config": {"TargetArn": ""},
    "environment": {"Variables": {}},
    "file_system_config": [],
    "image_config": {},
    "logging_config": {"LogFormat": "Text"},
    "snap_start": {"ApplyOn": "None"},
    "vpc_config": {"SecurityGroupIds": [], "SubnetIds": [], "Ipv6AllowedForDualStack": False},
}
CONFIGURATION: Final = (*_TEXTS, *(name for name in _BLOCKS if name not in _FIXED), "layers")
CODE: Final = (
    "architectures",
    "code_sha256",
    "filename",
    "image_uri",
    "s3_bucket",
    "s3_key",
    "s3_object_version",
    "source_code_hash",
    "source_kms_key_arn",
)


def create_request(call: Call, planned: Values) -> Values:
    """Return the parameters of ``CreateFunction``."""
    code = code_request(call, planned)
    architectures = code.pop("Architectures", None)
    blocks = {name: block for name, block in _BLOCKS.items() if planned[name]}
    request = {
        "FunctionName": planned["function_name"],
        "Code": code,
        "PackageType": planned["package_type"],
        "Publish": bool(planned["publish"]),
        **request_of(planned, {**_TEXTS, **blocks, "layers": "Layers", "tags_all": "Tags"}),
        **request_of(
            planned,
            {"code_signing_config_arn": "CodeSigningConfigArn", "publish_to": "PublishTo"},
        ),
    }
    if architectures:
        request["Architectures"] = architectures
    # A block without a value in it says nothing.
    return {name: value for name, value in request.items() if value not in ({}, [])}


def configuration_request(change: Change) -> Values:
    """Return what changes of the configuration, as ``UpdateFunctionConfiguration`` takes it."""
    planned = change.planned
    request: Values = {
        member: planned[argument] if planned[argument] is not None else ""
        for argument, member in _TEXTS.items()
        if change.has(argument)
    }
    if change.has("layers"):
        request["Layers"] = planned["layers"] or []
    for argument, block in _BLOCKS.items():
        if argument not in _FIXED and change.has(argument):
            value = block.request(planned[argument]) or _NOTHING.get(argument)
            if value is not None:
                request[block.member] = value
    if change.has("kms_key_arn") and "Environment" not in request:
        # The key encrypts the variables, which have to be sent again.
        block = _BLOCKS["environment"]
        request["Environment"] = block.request(planned["environment"]) or _NOTHING["environment"]
    return request


def code_request(call: Call, planned: Values) -> Values:
    """Return the code and for what processor it is, as ``UpdateFunctionCode`` takes it.

    Raises
    ------
    InvalidArgumentError
        When the file of ``filename`` cannot be read.
    """
    settings = {
        "architectures": "Architectures",
        "image_uri": "ImageUri",
        "source_kms_key_arn": "SourceKMSKeyArn",
    }
    return {**request_of(planned, settings), **package_of(call, planned)}


def configuration_state(configuration: Values) -> Values:
    """Return the arguments that a function's configuration stands for."""
    state: Values = {argument: configuration.get(member) for argument, member in _TEXTS.items()}
    for argument, block in _BLOCKS.items():
        state[argument] = block.state(configuration.get(block.member))
    state["image_config"] = _BLOCKS["image_config"].state(
        configuration.get("ImageConfigResponse", {}).get("ImageConfig")
    )
    state["snap_start"] = _snap_start_state(configuration.get("SnapStart"))
    state["tracing_config"] = state["tracing_config"] or [{"mode": "PassThrough"}]
    state["vpc_config"] = _vpc_state(configuration.get("VpcConfig"))
    state["layers"] = [layer["Arn"] for layer in configuration.get("Layers", [])]
    return state


def same_unless_set(old: str, new: str) -> bool:
    """Tell that two log levels are the same where one is not configured: Lambda fills it in."""
    return not old or not new


def same_environment(old: list[Values], new: list[Values]) -> bool:
    """Tell whether two blocks set the same variables; none at all may do without a block."""

    def variables(blocks: list[Values]) -> Values:
        return next((block["variables"] or {} for block in blocks), {})

    return variables(old) == variables(new)


def both_empty(old: list[Values], new: list[Values]) -> bool:
    """Tell whether neither of two blocks sets anything; an empty one says what none says."""
    return not any(value for block in (*old, *new) for value in block.values())


def _snap_start_state(answer: Values | None) -> list[Values]:
    if not answer or answer.get("ApplyOn", "None") == "None":
        return []
    return [
        {"apply_on": answer["ApplyOn"], "optimization_status": answer.get("OptimizationStatus")}
    ]


def _vpc_state(answer: Values | None) -> list[Values]:
    if not answer or not answer.get("VpcId"):
        return []
    return [{**block, "vpc_id": answer["VpcId"]} for block in _BLOCKS["vpc_config"].state(answer)]
