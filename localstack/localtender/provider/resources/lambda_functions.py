"""AWS Lambda: functions.

Arguments, defaults and replace rules follow the documentation of ``aws_lambda_function``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import between, every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.resources.lambda_function_reading import (
    NO_RESERVATION,
    function_state,
    latest_version,
)
from localtender.provider.resources.lambda_function_settings import (
    CODE,
    CONFIGURATION,
    both_empty,
    code_request,
    configuration_request,
    configuration_state,
    create_request,
    same_environment,
    same_unless_set,
)
from localtender.provider.resources.lambda_function_states import (
    wait_until_active,
    wait_until_gone,
    wait_until_updated,
    with_usable_role,
)
from localtender.provider.resources.lambda_names import (
    NOT_FOUND,
    change_tags,
    invoke_arn,
    is_function_name,
)
from localtender.provider.values import UNKNOWN, Values, is_given

_OF_THE_VERSION: Final = ("version", "qualified_arn", "qualified_invoke_arn")
_OF_THE_CODE: Final = ("code_sha256", "source_code_size")


class Function(Resource):
    """``aws_lambda_function``; its id is the function's name."""

    type_name = "aws_lambda_function"
    service = "lambda"
    gone = NOT_FOUND
    replaces = ("function_name", "package_type", "tenancy_config")
    exactly_one = (("filename", "image_uri", "s3_bucket"),)
    conflicts = (
        ("filename", "s3_object_version"),
        ("image_uri", "s3_object_version"),
        ("image_uri", "source_kms_key_arn"),
    )
    computed_blocks = ("ephemeral_storage", "logging_config", "tracing_config")
    defaults = {
        "durable_config.retention_period": 14,
        "logging_config.application_log_level": "",
        "logging_config.system_log_level": "",
        "memory_size": 128,
        "package_type": "Zip",
        "publish": False,
        "reserved_concurrent_executions": NO_RESERVATION,
        "skip_destroy": False,
        "timeout": 3,
        "vpc_config.ipv6_allowed_for_dual_stack": False,
    }
    equivalent = {
        "environment": same_environment,
        "image_config": both_empty,
        "logging_config.application_log_level": same_unless_set,
        "logging_config.system_log_level": same_unless_set,
        "vpc_config": both_empty,
    }
    checks = {
        "code_signing_config_arn": is_arn,
        "dead_letter_config.target_arn": is_arn,
        "durable_config.execution_timeout": between(1, 31_622_400),
        "durable_config.retention_period": between(1, 90),
        "ephemeral_storage.size": between(512, 10240),
        "file_system_config.arn": is_arn,
        "file_system_config.local_mount_path": matches(
            r"/mnt/[0-9A-Za-z_.-]+", "a mount path starts with /mnt/"
        ),
        "function_name": every(length(1, 140), is_function_name),
        "handler": length(1, 128),
        "kms_key_arn": is_arn,
        "logging_config.application_log_level": one_of(
            "", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"
        ),
        "logging_config.log_format": one_of("JSON", "Text"),
        "logging_config.system_log_level": one_of("", "DEBUG", "INFO", "WARN"),
        "memory_size": between(128, 10240),
        "package_type": one_of("Image", "Zip"),
        "publish_to": one_of("LATEST_PUBLISHED"),
        "reserved_concurrent_executions": between(NO_RESERVATION, 2**31 - 1),
        "role": is_arn,
        "snap_start.apply_on": one_of("None", "PublishedVersions"),
        "source_kms_key_arn": is_arn,
        "tenancy_config.tenant_isolation_mode": one_of("PER_TENANT"),
        "timeout": between(1, 900),
        "tracing_config.mode": one_of("Active", "PassThrough"),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check what a package of the kind needs."""
        if config.get("package_type") in (None, "Zip"):
            for argument in ("handler", "runtime"):
                if config.get(argument) in (None, ""):
                    yield InvalidArgumentError(argument, "must be set when package_type is Zip")
        for one, other in (("s3_bucket", "s3_key"), ("s3_key", "s3_bucket")):
            if is_given(config.get(one)) and config.get(other) is None:
                yield InvalidArgumentError(one, f"needs {other}, too")
        # Nothing to do at the end: what is deleted here holds no security group any longer.
        replacements = config.get("replacement_security_group_ids")
        if is_given(replacements) and config.get("replace_security_groups_on_destroy") is None:
            yield InvalidArgumentError(
                "replacement_security_group_ids", "needs replace_security_groups_on_destroy, too"
            )

    def customize(self, call: Call, plan: Plan) -> None:
        """Tell what a change of code or configuration makes unknown."""
        if plan.prior is None:
            return
        code = any(plan.changes(name) for name in CODE)
        configuration = any(plan.changes(name) for name in CONFIGURATION)
        if code or configuration:
            plan.make_unknown("last_modified")
        if code:
            for name in _OF_THE_CODE:
                if plan.config.get(name) is None:
                    plan.make_unknown(name)
        publish = plan.planned["publish"]
        if publish is UNKNOWN or (publish and (code or configuration or plan.changes("publish"))):
            for name in _OF_THE_VERSION:
                plan.make_unknown(name)
        durable = plan.planned["durable_config"]
        if durable is not UNKNOWN and bool(durable) != bool(plan.prior["durable_config"]):
            plan.replace("durable_config")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the function and wait until it can be invoked."""
        name = planned["function_name"]
        with_usable_role(call, call.client().create_function, **create_request(call, planned))
        call.created({"id": name})
        wait_until_active(call, name)
        if planned["reserved_concurrent_executions"] != NO_RESERVATION:
            _reserve(call, name, planned["reserved_concurrent_executions"])
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the function, its code's origin and its latest version."""
        name = state["id"]
        answer = call.client().get_function(FunctionName=name)
        configuration = answer["Configuration"]
        latest = latest_version(call, name)
        return {
            **configuration_state(configuration),
            **function_state(call, answer),
            "function_name": configuration["FunctionName"],
            "package_type": configuration.get("PackageType", "Zip"),
            "qualified_arn": latest["FunctionArn"],
            "qualified_invoke_arn": invoke_arn(call, latest["FunctionArn"]),
            "version": latest["Version"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Change configuration, then code, and publish a version if asked to."""
        client, name, planned = call.client(), change.prior["id"], change.planned
        if change.has("code_signing_config_arn"):
            _sign(call, name, planned["code_signing_config_arn"])
        configuration = configuration_request(change)
        if configuration:
            with_usable_role(
                call, client.update_function_configuration, FunctionName=name, **configuration
            )
            wait_until_updated(call, name)
        code = any(change.has(argument) for argument in CODE if planned[argument] is not None)
        if code:
            client.update_function_code(FunctionName=name, **code_request(call, planned))
            wait_until_updated(call, name)
        if change.has("reserved_concurrent_executions"):
            _reserve(call, name, planned["reserved_concurrent_executions"])
        if planned["publish"] and (code or configuration or change.has("publish")):
            to = {"PublishTo": planned["publish_to"]} if planned["publish_to"] else {}
            client.publish_version(FunctionName=name, **to)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the function."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the function with its versions, unless it is to be kept."""
        if state["skip_destroy"]:
            return
        call.client().delete_function(FunctionName=state["id"])
        wait_until_gone(call, state["id"])


def _sign(call: Call, name: str, config_arn: str | None) -> None:
    if config_arn:
        call.client().put_function_code_signing_config(
            FunctionName=name, CodeSigningConfigArn=config_arn
        )
    else:
        call.client().delete_function_code_signing_config(FunctionName=name)


def _reserve(call: Call, name: str, executions: int) -> None:
    if executions == NO_RESERVATION:
        call.client().delete_function_concurrency(FunctionName=name)
    else:
        call.client().put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=executions
        )
