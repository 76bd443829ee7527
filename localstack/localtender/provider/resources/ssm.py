"""AWS Systems Manager: parameters.

Arguments, defaults and replace rules follow the documentation of ``aws_ssm_parameter``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import length, one_of
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.errors import InvalidArgumentError
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.values import UNKNOWN, Values

_SECURE: Final = "SecureString"
_VALUES: Final = ("value", "insecure_value", "value_wo")
_TAGGED: Final = "Parameter"


def _same_tier(old: str, new: str) -> bool:
    # Intelligent tiering ends up in one of the other two.
    return bool(old) and new == "Intelligent-Tiering"


class Parameter(Resource):
    """``aws_ssm_parameter``; its id is the parameter's name."""

    type_name = "aws_ssm_parameter"
    service = "ssm"
    gone = ("ParameterNotFound",)
    replaces = ("data_type", "name")
    exactly_one = (_VALUES,)
    sensitive = ("value", "value_wo")
    equivalent = {"tier": _same_tier}
    recomputed = {
        "version": (
            "allowed_pattern",
            "description",
            "insecure_value",
            "key_id",
            "type",
            "value",
            "value_wo_version",
        )
    }
    checks = {
        "allowed_pattern": length(0, 1024),
        "data_type": one_of("aws:ec2:image", "aws:ssm:integration", "text"),
        "description": length(0, 1024),
        "name": length(1, 2048),
        "tier": one_of("Standard", "Advanced", "Intelligent-Tiering"),
        "type": one_of("String", "StringList", _SECURE),
    }

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check what goes together."""
        value, version = config.get("value_wo"), config.get("value_wo_version")
        if UNKNOWN not in (value, version) and (value is None) != (version is None):
            yield InvalidArgumentError("value_wo", "value_wo and value_wo_version go together")
        if config.get("type") == _SECURE and config.get("insecure_value") is not None:
            yield InvalidArgumentError(
                "insecure_value", f"can't be used with the type {_SECURE}; use value"
            )

    def customize(self, call: Call, plan: Plan) -> None:
        """Plan the value in the one place where it is configured, and nowhere else."""
        planned, config = plan.planned, plan.config
        planned["has_value_wo"] = True if config.get("value_wo") is not None else None
        for argument in ("value", "insecure_value"):
            if config.get(argument) is None:
                planned[argument] = None
        if plan.prior is not None:
            before, after = plan.prior["tier"], planned["tier"]
            if (before, after) == ("Advanced", "Standard"):
                plan.replace("tier")
            if planned["type"] != _SECURE and plan.changes("type"):
                plan.make_unknown("key_id")

    def create(self, call: Call, planned: Values) -> Values:
        """Put the parameter; one that is there already is overwritten only if that is wanted."""
        client, name = call.client(), planned["name"]
        overwrite = bool(planned["overwrite"])
        tags = tag_list(planned["tags_all"])
        request = _request(planned, _value(call, planned))
        # The API takes tags only with a new parameter.
        if tags and not overwrite:
            request["Tags"] = tags
        client.put_parameter(Overwrite=overwrite, **request)
        call.created({"id": name})
        if tags and overwrite:
            client.add_tags_to_resource(ResourceType=_TAGGED, ResourceId=name, Tags=tags)
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the parameter, its value and its tags."""
        client, name = call.client(), state["id"]
        parameter = client.get_parameter(Name=name, WithDecryption=True)["Parameter"]
        about = _metadata(client, parameter["Name"])
        if about is None:
            return None
        tags = client.list_tags_for_resource(ResourceType=_TAGGED, ResourceId=parameter["Name"])
        value, insecure = parameter.get("Value"), state["insecure_value"] is not None
        return {
            "allowed_pattern": about.get("AllowedPattern"),
            "arn": parameter.get("ARN"),
            "data_type": about.get("DataType", "text"),
            "description": about.get("Description"),
            "insecure_value": value if insecure else None,
            "key_id": about.get("KeyId", ""),
            "name": parameter["Name"],
            "tags": tag_map(tags.get("TagList")),
            "tier": about.get("Tier", "Standard"),
            "type": parameter["Type"],
            "value": None if insecure or state["has_value_wo"] else value,
            "version": parameter["Version"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Put a new version of the parameter."""
        planned = change.planned
        others = [name for name in planned if name not in ("overwrite", "tags", "tags_all")]
        if not change.has(*others):
            return
        value = _value(call, planned)
        if value is None:
            found = call.client().get_parameter(Name=change.prior["id"], WithDecryption=True)
            value = found["Parameter"]["Value"]
        call.client().put_parameter(Overwrite=True, **_request(planned, value))

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the parameter."""
        which = {"ResourceType": _TAGGED, "ResourceId": state["id"]}
        if removed:
            call.client().remove_tags_from_resource(**which, TagKeys=removed)
        if changed:
            call.client().add_tags_to_resource(**which, Tags=tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Delete the parameter with its history."""
        call.client().delete_parameter(Name=state["name"])


def _value(call: Call, planned: Values) -> str | None:
    for value in (call.config.get("value_wo"), planned["insecure_value"], planned["value"]):
        if value is not None:
            return str(value)
    return None


def _request(planned: Values, value: str | None) -> Values:
    request: Values = {
        "Name": planned["name"],
        "Type": planned["type"],
        "Value": value,
        "AllowedPattern": planned["allowed_pattern"] or "",
        "Description": planned["description"] or "",
    }
    if planned["data_type"]:
        request["DataType"] = planned["data_type"]
    if planned["key_id"] and planned["type"] == _SECURE:
        request["KeyId"] = planned["key_id"]
    if planned["tier"]:
        request["Tier"] = planned["tier"]
    return request


def _metadata(client: Any, name: str) -> Values | None:
    filters = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
    for page in client.get_paginator("describe_parameters").paginate(ParameterFilters=filters):
        for parameter in page["Parameters"]:
            return dict(parameter)
    return None
