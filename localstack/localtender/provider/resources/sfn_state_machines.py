"""AWS Step Functions: state machines.

Arguments, defaults and replace rules follow the documentation of ``aws_sfn_state_machine``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.blocks import Converted, Fields, Structure, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import between, every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, DataSource, Plan, Resource
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.service_errors import error_code, is_unsupported
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.timestamps import timestamp
from localtender.provider.values import UNKNOWN, Values

_NAME_FORM: Final = matches(r"[0-9A-Za-z_-]+", "expected letters, digits or any of _-")
ENCRYPTION: Final = Structure(
    "encryptionConfiguration",
    {
        "kms_data_key_reuse_period_seconds": "kmsDataKeyReusePeriodSeconds",
        "kms_key_id": "kmsKeyId",
        "type": "type",
    },
)
_LOG_GROUP: Final = "cloudWatchLogsLogGroup"
_SETTINGS: Final[Fields] = {
    "definition": "definition",
    "encryption_configuration": ENCRYPTION,
    "logging_configuration": Structure(
        "loggingConfiguration",
        {
            "include_execution_data": "includeExecutionData",
            "level": "level",
            "log_destination": Converted(
                "destinations",
                request=lambda arn: [{_LOG_GROUP: {"logGroupArn": arn}}],
                state=lambda answer: answer[0][_LOG_GROUP]["logGroupArn"] if answer else None,
            ),
        },
    ),
    "role_arn": "roleArn",
    "tracing_configuration": Structure("tracingConfiguration", {"enabled": "enabled"}),
}
_BLOCKS: Final = ("encryption_configuration", "logging_configuration", "tracing_configuration")
_CHANGEABLE: Final = (*_SETTINGS, "publish")


class StateMachine(Resource):
    """``aws_sfn_state_machine``; its id is its ARN."""

    type_name = "aws_sfn_state_machine"
    service = "stepfunctions"
    gone = ("StateMachineDoesNotExist",)
    replaces = ("name", "name_prefix", "type")
    conflicts = (("name", "name_prefix"),)
    defaults = {"publish": False, "type": "STANDARD"}
    computed_blocks = _BLOCKS
    checks = {
        "definition": length(0, 1024 * 1024),
        "encryption_configuration.kms_data_key_reuse_period_seconds": between(60, 900),
        "encryption_configuration.type": one_of("AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"),
        "logging_configuration.level": one_of("ALL", "ERROR", "FATAL", "OFF"),
        "name": every(length(1, 80), _NAME_FORM),
        "name_prefix": every(length(1, 54), _NAME_FORM),
        "role_arn": is_arn,
        "type": one_of("STANDARD", "EXPRESS"),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Have the service judge a changed definition, and plan what a change makes anew."""
        definition, kind = plan.planned["definition"], plan.planned["type"]
        if definition not in (UNKNOWN, "") and kind is not UNKNOWN and plan.changes("definition"):
            _judge(call, definition, kind)
        if plan.prior is not None and any(plan.changes(name) for name in _CHANGEABLE):
            plan.make_unknown("revision_id")
            if plan.planned["publish"] in (True, UNKNOWN):
                plan.make_unknown("state_machine_version_arn")

    def create(self, call: Call, planned: Values) -> Values:
        """Create the state machine, as soon as its role may be used."""
        name, client = configured_name(planned), call.client()
        request = request_of(planned, {**_SETTINGS, "publish": "publish", "type": "type"})
        if planned["tags_all"]:
            request["tags"] = tag_list(planned["tags_all"], key="key", value="value")

        def created() -> Any:
            try:
                return client.create_state_machine(name=name, **request)
            except client.exceptions.ClientError as failure:
                # As the real provider: one of the same name may still be about to go.
                if error_code(failure) == "StateMachineDeleting":
                    return None
                raise

        answer = call.wait(created, awaited=f"the former state machine {name} to go")
        return {"id": answer["stateMachineArn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the state machine, its newest version and its tags."""
        client, arn = call.client(), state["id"]
        machine = client.describe_state_machine(stateMachineArn=arn)
        if machine["status"] == "DELETING":
            return None
        tags = client.list_tags_for_resource(resourceArn=arn)
        found: Values = {
            **state_of(machine, _SETTINGS),
            "arn": machine["stateMachineArn"],
            "creation_date": timestamp(machine["creationDate"]),
            "description": machine.get("description"),
            "name": machine["name"],
            "name_prefix": prefix_of(machine["name"]),
            "revision_id": machine.get("revisionId"),
            "status": machine["status"],
            "tags": tag_map(tags.get("tags"), key="key", value="value"),
            "type": machine["type"],
            "version_description": None,
        }
        found["tracing_configuration"] = found["tracing_configuration"] or [{"enabled": False}]
        versions = call.optional(client.list_state_machine_versions, stateMachineArn=arn)
        if versions is not None:
            # The newest one comes first.
            newest: Values = next(iter(versions["stateMachineVersions"]), {})
            found["state_machine_version_arn"] = newest.get("stateMachineVersionArn")
        return found

    def update(self, call: Call, change: Change) -> None:
        """Change the state machine; blocks are sent when they change."""
        planned = change.planned
        fields = {
            name: target
            for name, target in _SETTINGS.items()
            if name not in _BLOCKS or change.has(name)
        }
        request = request_of(planned, fields)
        if planned["publish"]:
            request["publish"] = True
        call.client().update_state_machine(stateMachineArn=change.prior["id"], **request)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the state machine."""
        change_tags(call, state["id"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the state machine and wait until it is gone."""
        client = call.client()
        client.delete_state_machine(stateMachineArn=state["id"])

        def is_gone() -> bool:
            try:
                client.describe_state_machine(stateMachineArn=state["id"])
            except client.exceptions.StateMachineDoesNotExist:
                return True
            return False

        call.wait(is_gone, awaited=f"{state['id']} to be deleted", operation="delete")


class StateMachineData(DataSource):
    """``aws_sfn_state_machine``; its id is the ARN of the state machine of that name."""

    type_name = "aws_sfn_state_machine"
    service = "stepfunctions"

    def read(self, call: Call, config: Values) -> Values:
        """Find the state machine by its name."""
        client, name = call.client(), config["name"]
        pages = client.get_paginator("list_state_machines").paginate()
        found = [
            each["stateMachineArn"]
            for page in pages
            for each in page["stateMachines"]
            if each["name"] == name
        ]
        if len(found) != 1:
            raise OperationError(f"there is no state machine {name}")
        machine = client.describe_state_machine(stateMachineArn=found[0])
        return {
            "arn": machine["stateMachineArn"],
            "creation_date": timestamp(machine["creationDate"]),
            "definition": machine["definition"],
            "description": machine.get("description"),
            "id": machine["stateMachineArn"],
            "revision_id": machine.get("revisionId"),
            "role_arn": machine["roleArn"],
            "status": machine["status"],
        }


def change_tags(call: Call, arn: str, changed: dict[str, str], removed: list[str]) -> None:
    """Tag and untag an object of Step Functions."""
    if removed:
        call.client().untag_resource(resourceArn=arn, tagKeys=removed)
    if changed:
        tags = tag_list(changed, key="key", value="value")
        call.client().tag_resource(resourceArn=arn, tags=tags)


def _judge(call: Call, definition: str, kind: str) -> None:
    """Ask whether a definition is one.

    Raises
    ------
    InvalidArgumentError
        With everything that the service finds wrong.
    """
    try:
        answer = call.client().validate_state_machine_definition(definition=definition, type=kind)
    except Exception as failure:
        if is_unsupported(failure):
            return
        raise
    if answer["result"] != "OK":
        found = [
            f"{each['severity']} ({each['code']}): {each['message']}"
            for each in answer["diagnostics"]
        ]
        raise InvalidArgumentError("definition", "; ".join(found))
