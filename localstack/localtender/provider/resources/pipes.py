"""Amazon EventBridge Pipes.

Arguments, defaults and replace rules follow the documentation of ``aws_pipes_pipe``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from localtender.provider.blocks import (
    Fields,
    Structure,
    known_blocks,
    request_of,
    state_of,
)
from localtender.provider.call import Call
from localtender.provider.checks import each_of, every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.resources.pipes_source_blocks import (
    SOURCE_CHECKS,
    SOURCE_KINDS,
    SOURCE_PARAMETERS,
    SOURCE_REPLACES,
)
from localtender.provider.resources.pipes_target_blocks import (
    HTTP_PARAMETERS,
    TARGET_CHECKS,
    TARGET_DEFAULTS,
    TARGET_KINDS,
    TARGET_PARAMETERS,
)
from localtender.provider.values import UNKNOWN, Values

_NAME: Final = matches(r"[.\-_A-Za-z0-9]+", "expected letters, digits or any of .-_")
_LOG: Final = Structure(
    "LogConfiguration",
    {
        "cloudwatch_logs_log_destination": Structure(
            "CloudwatchLogsLogDestination", {"log_group_arn": "LogGroupArn"}
        ),
        "firehose_log_destination": Structure(
            "FirehoseLogDestination", {"delivery_stream_arn": "DeliveryStreamArn"}
        ),
        "include_execution_data": "IncludeExecutionData",
        "level": "Level",
        "s3_log_destination": Structure(
            "S3LogDestination",
            {
                "bucket_name": "BucketName",
                "bucket_owner": "BucketOwner",
                "output_format": "OutputFormat",
                "prefix": "Prefix",
            },
        ),
    },
)
_PIPE: Final[Fields] = {
    "description": "Description",
    "desired_state": "DesiredState",
    "enrichment": "Enrichment",
    "enrichment_parameters": Structure(
        "EnrichmentParameters",
        {"http_parameters": HTTP_PARAMETERS, "input_template": "InputTemplate"},
    ),
    "kms_key_identifier": "KmsKeyIdentifier",
    "log_configuration": _LOG,
    "role_arn": "RoleArn",
    "source": "Source",
    "source_parameters": SOURCE_PARAMETERS,
    "target": "Target",
    "target_parameters": TARGET_PARAMETERS,
}
_SELF_MANAGED: Final = re.compile(r"smk://([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+:[0-9]{1,5}")
# Of sources that an engine polls, and of targets that it delivers to (ministack 1.5.33, pipes).
_DELIVERED_FROM: Final = ("dynamodb",)
_DELIVERED_TO: Final = ("sns", "states")
_RESTING: Final = ("RUNNING", "STOPPED")


def _is_source(text: str) -> str | None:
    return None if _SELF_MANAGED.fullmatch(text) else is_arn(text)


class Pipe(Resource):
    """``aws_pipes_pipe``; its id is the pipe's name."""

    type_name = "aws_pipes_pipe"
    service = "pipes"
    gone = ("NotFoundException",)
    replaces = ("name", "name_prefix", "source", *SOURCE_REPLACES)
    conflicts = (("name", "name_prefix"),)
    defaults = {
        "description": "Managed by Terraform",
        "desired_state": "RUNNING",
        **TARGET_DEFAULTS,
    }
    computed_blocks = (
        "source_parameters",
        *(f"source_parameters.{kind}" for kind in SOURCE_KINDS),
    )
    checks = {
        **SOURCE_CHECKS,
        **TARGET_CHECKS,
        "description": length(0, 512),
        "desired_state": one_of("RUNNING", "STOPPED"),
        "enrichment": is_arn,
        "enrichment_parameters.input_template": length(0, 8192),
        "kms_key_identifier": length(1, 2048),
        "log_configuration.include_execution_data": each_of("ALL"),
        "log_configuration.level": one_of("OFF", "ERROR", "INFO", "TRACE"),
        "name": every(length(1, 64), _NAME),
        "name_prefix": every(length(1, 38), _NAME),
        "role_arn": is_arn,
        "source": _is_source,
        "target": is_arn,
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that parameters are of one kind of source and of one kind of target."""
        yield from _several(config, "source_parameters", SOURCE_KINDS)
        yield from _several(config, "target_parameters", TARGET_KINDS)

    def create(self, call: Call, planned: Values) -> Values:
        """Create the pipe and wait until it runs, or has stopped."""
        name = configured_name(planned)
        request = request_of(planned, _PIPE)
        if planned["tags_all"]:
            request["Tags"] = planned["tags_all"]
        call.client().create_pipe(Name=name, **request)
        call.created({"id": name})
        _wait(call, name, "create")
        _warn_of_silence(call, planned)
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the pipe."""
        pipe = call.client().describe_pipe(Name=state["id"])
        return {
            **state_of(pipe, _PIPE),
            "arn": pipe["Arn"],
            "name": pipe["Name"],
            "name_prefix": prefix_of(pipe["Name"]),
            "tags": pipe.get("Tags", {}),
        }

    def update(self, call: Call, change: Change) -> None:
        """Change the pipe and wait until it rests; what is left out would stay."""
        fields = {name: target for name, target in _PIPE.items() if name != "source"}
        request: Values = {"Description": "", "TargetParameters": {"InputTemplate": ""}}
        for argument in ("enrichment", "kms_key_identifier"):
            if change.has(argument):
                request[str(_PIPE[argument])] = ""
        if change.has("enrichment_parameters"):
            request["EnrichmentParameters"] = {"InputTemplate": ""}
        request |= request_of(change.planned, fields)
        if "SourceParameters" in request:
            request["SourceParameters"] = _changeable(call, request["SourceParameters"])
        call.client().update_pipe(Name=change.prior["id"], **request)
        _wait(call, change.prior["id"], "update")
        _warn_of_silence(call, change.planned)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the pipe."""
        if removed:
            call.client().untag_resource(resourceArn=state["arn"], tagKeys=removed)
        if changed:
            call.client().tag_resource(resourceArn=state["arn"], tags=changed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the pipe and wait until it is gone."""
        client = call.client()
        client.delete_pipe(Name=state["id"])

        def is_gone() -> bool:
            try:
                client.describe_pipe(Name=state["id"])
            except client.exceptions.NotFoundException:
                return True
            return False

        call.wait(is_gone, awaited=f"pipe {state['id']} to be deleted", operation="delete")


def _several(config: Values, name: str, kinds: tuple[str, ...]) -> Iterator[InvalidArgumentError]:
    for block in known_blocks(config, name):
        given = [kind for kind in kinds if block[kind] is not UNKNOWN and block[kind]]
        if len(given) > 1:
            yield InvalidArgumentError(
                f"{name}.{given[0]}", f"conflicts with {', '.join(given[1:])}"
            )


def _changeable(call: Call, parameters: Values) -> Values:
    """Return those parameters of the source that ``UpdatePipe`` takes."""
    members = call.client().meta.service_model.operation_model("UpdatePipe").input_shape.members
    known = members["SourceParameters"].members
    return {
        name: {key: item for key, item in value.items() if key in known[name].members}
        for name, value in parameters.items()
    }


def _wait(call: Call, name: str, operation: str) -> None:
    def rested() -> Any:
        pipe = call.client().describe_pipe(Name=name)
        moving = pipe["CurrentState"].endswith("ING") and pipe["CurrentState"] != "RUNNING"
        return None if moving else pipe

    pipe = call.wait(rested, awaited=f"pipe {name} to run or to stop", operation=operation)
    if pipe["CurrentState"] not in _RESTING:
        reason = pipe.get("StateReason") or pipe["CurrentState"]
        raise OperationError(f"pipe {name} neither runs nor has stopped: {reason}")


def _warn_of_silence(call: Call, planned: Values) -> None:
    """Say of a pipe that would carry nothing here that it does not."""
    if planned["desired_state"] != "RUNNING":
        return
    source, target = (_service(planned[end]) for end in ("source", "target"))
    if source in _DELIVERED_FROM and target in _DELIVERED_TO:
        parts = [name for name in ("enrichment", "filter_criteria") if _uses(planned, name)]
        if not parts:
            return
        lacking = f"{' and '.join(parts)} have no effect"
    else:
        lacking = f"no events are carried from {source} to {target}"
    call.warn(
        f"a pipe's {lacking} here",
        "The pipe and all its parameters are kept and answered. Events are carried from DynamoDB "
        "streams to SNS and Step Functions, as they come.",
    )


def _uses(planned: Values, name: str) -> bool:
    if name == "filter_criteria":
        return any(block["filter_criteria"] for block in planned["source_parameters"] or [])
    return bool(planned[name])


def _service(arn: str) -> str:
    return arn.split(":")[2] if arn.startswith("arn:") else "a self-managed Kafka cluster"
