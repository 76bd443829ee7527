"""AWS Step Functions: activities, and aliases of state machines.

Arguments and replace rules follow the documentation of ``aws_sfn_activity`` and ``aws_sfn_alias``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import between, length, one_of
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.sfn_state_machines import ENCRYPTION, change_tags
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.timestamps import timestamp
from localtender.provider.values import Values

_ALIAS: Final[Fields] = {
    "description": "description",
    "name": "name",
    "routing_configuration": Structure(
        "routingConfiguration",
        {"state_machine_version_arn": "stateMachineVersionArn", "weight": "weight"},
        many=True,
    ),
}


class Activity(Resource):
    """``aws_sfn_activity``; its id is its ARN."""

    type_name = "aws_sfn_activity"
    service = "stepfunctions"
    gone = ("ActivityDoesNotExist",)
    replaces = ("encryption_configuration", "name")
    computed_blocks = ("encryption_configuration",)
    checks = {
        "encryption_configuration.kms_data_key_reuse_period_seconds": between(60, 900),
        "encryption_configuration.type": one_of("AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"),
        "name": length(1, 80),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the activity."""
        request = request_of(planned, {"encryption_configuration": ENCRYPTION, "name": "name"})
        if planned["tags_all"]:
            request["tags"] = tag_list(planned["tags_all"], key="key", value="value")
        return {"id": call.client().create_activity(**request)["activityArn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the activity and its tags."""
        activity = call.client().describe_activity(activityArn=state["id"])
        tags = call.client().list_tags_for_resource(resourceArn=state["id"])
        return {
            "arn": activity["activityArn"],
            "creation_date": timestamp(activity["creationDate"]),
            "encryption_configuration": ENCRYPTION.state(activity.get(ENCRYPTION.member)),
            "name": activity["name"],
            "tags": tag_map(tags.get("tags"), key="key", value="value"),
        }

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the activity."""
        change_tags(call, state["id"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the activity."""
        call.client().delete_activity(activityArn=state["id"])


class Alias(Resource):
    """``aws_sfn_alias``; its id is its ARN."""

    type_name = "aws_sfn_alias"
    service = "stepfunctions"
    gone = ("ResourceNotFound",)
    replaces = ("name",)
    checks = {"routing_configuration.weight": between(0, 100)}

    def create(self, call: Call, planned: Values) -> Values:
        """Create the alias."""
        answer = call.client().create_state_machine_alias(**request_of(planned, _ALIAS))
        return {"id": answer["stateMachineAliasArn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the alias."""
        alias = call.client().describe_state_machine_alias(stateMachineAliasArn=state["id"])
        return {
            **state_of(alias, _ALIAS),
            "arn": alias["stateMachineAliasArn"],
            "creation_date": timestamp(alias["creationDate"]),
        }

    def update(self, call: Call, change: Change) -> None:
        """Change description and routing."""
        request = request_of(
            change.planned, {"routing_configuration": _ALIAS["routing_configuration"]}
        )
        if change.has("description"):
            request["description"] = change.planned["description"] or ""
        call.client().update_state_machine_alias(stateMachineAliasArn=change.prior["id"], **request)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the alias."""
        call.client().delete_state_machine_alias(stateMachineAliasArn=state["id"])


class ActivityData(DataSource):
    """``aws_sfn_activity``; its id is the activity's ARN."""

    type_name = "aws_sfn_activity"
    service = "stepfunctions"
    exactly_one = (("arn", "name"),)

    def read(self, call: Call, config: Values) -> Values:
        """Find the activity by its name or ARN."""
        member, wanted = (
            ("name", config["name"]) if config["name"] else ("activityArn", config["arn"])
        )
        pages = call.client().get_paginator("list_activities").paginate()
        listed = [each for page in pages for each in page["activities"]]
        activity = _only([each for each in listed if each[member] == wanted], "activity", wanted)
        return {
            "arn": activity["activityArn"],
            "creation_date": timestamp(activity["creationDate"]),
            "id": activity["activityArn"],
            "name": activity["name"],
        }


class AliasData(DataSource):
    """``aws_sfn_alias``; its id is the alias's ARN."""

    type_name = "aws_sfn_alias"
    service = "stepfunctions"

    def read(self, call: Call, config: Values) -> Values:
        """Find the alias among those of its state machine."""
        client, name = call.client(), config["name"]
        answer = client.list_state_machine_aliases(stateMachineArn=config["statemachine_arn"])
        arns = [each["stateMachineAliasArn"] for each in answer["stateMachineAliases"]]
        arn = _only([each for each in arns if each.rpartition(":")[2] == name], "alias", name)
        alias = client.describe_state_machine_alias(stateMachineAliasArn=arn)
        return {
            **state_of(alias, _ALIAS),
            "arn": arn,
            "creation_date": timestamp(alias["creationDate"]),
            "id": arn,
        }


class StateMachineVersionsData(DataSource):
    """``aws_sfn_state_machine_versions``; its id is the state machine's ARN."""

    type_name = "aws_sfn_state_machine_versions"
    service = "stepfunctions"

    def read(self, call: Call, config: Values) -> Values:
        """List the versions, the newest one first."""
        client, arn = call.client(), config["statemachine_arn"]
        request: Values = {"stateMachineArn": arn}
        found: list[str] = []
        while True:
            page = client.list_state_machine_versions(**request)
            found += [each["stateMachineVersionArn"] for each in page["stateMachineVersions"]]
            if not page.get("nextToken"):
                return {"id": arn, "statemachine_versions": found}
            request["nextToken"] = page["nextToken"]


def _only(found: list[Any], what: str, wanted: str) -> Any:
    if len(found) != 1:
        raise OperationError(f"there is no {what} {wanted} in Step Functions")
    return found[0]
