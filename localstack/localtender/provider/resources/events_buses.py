"""Amazon EventBridge: event buses.

Arguments and replace rules follow the documentation of ``aws_cloudwatch_event_bus``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Fields, Structure, request_of, state_of
from localtender.provider.call import Call
from localtender.provider.checks import every, is_arn, length, matches, one_of
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.events_rules import change_tags
from localtender.provider.tags import tag_list, tag_map
from localtender.provider.timestamps import timestamp
from localtender.provider.values import Values

_SETTINGS: Final[Fields] = {
    "dead_letter_config": Structure("DeadLetterConfig", {"arn": "Arn"}),
    "description": "Description",
    "kms_key_identifier": "KmsKeyIdentifier",
    "log_config": Structure("LogConfig", {"include_detail": "IncludeDetail", "level": "Level"}),
}


def _is_custom(name: str) -> str | None:
    return "the default bus is not to be made" if name == "default" else None


class EventBus(Resource):
    """``aws_cloudwatch_event_bus``; its id is the bus's name."""

    type_name = "aws_cloudwatch_event_bus"
    service = "events"
    gone = ("ResourceNotFoundException",)
    replaces = ("event_source_name", "name")
    checks = {
        "dead_letter_config.arn": every(length(1, 1600), is_arn),
        "description": length(0, 512),
        "event_source_name": every(
            length(1, 256),
            matches(r"aws\.partner(/[.\-_A-Za-z0-9]+){2,}", "expected a partner's event source"),
        ),
        "kms_key_identifier": length(1, 2048),
        "log_config.include_detail": one_of("NONE", "FULL"),
        "log_config.level": one_of("OFF", "ERROR", "INFO", "TRACE"),
        "name": every(
            length(1, 256),
            matches(r"[/.\-_A-Za-z0-9]+", "expected letters, digits or any of /.-_"),
            _is_custom,
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the bus."""
        request = request_of(planned, {**_SETTINGS, "event_source_name": "EventSourceName"})
        if planned["tags_all"]:
            request["Tags"] = tag_list(planned["tags_all"])
        call.client().create_event_bus(Name=planned["name"], **request)
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the bus and its tags."""
        bus = call.client().describe_event_bus(Name=state["id"])
        tags = call.client().list_tags_for_resource(ResourceARN=bus["Arn"])
        return {
            **state_of(bus, _SETTINGS),
            "arn": bus["Arn"],
            "name": bus["Name"],
            "tags": tag_map(tags.get("Tags")),
        }

    def update(self, call: Call, change: Change) -> None:
        """Change the bus; an empty description takes it away."""
        request = request_of(change.planned, _SETTINGS)
        call.client().update_event_bus(Name=change.prior["id"], **{"Description": "", **request})

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the bus."""
        change_tags(call, state["arn"], changed, removed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the bus."""
        call.client().delete_event_bus(Name=state["id"])


class EventBusData(DataSource):
    """``aws_cloudwatch_event_bus``; its id is the bus's name."""

    type_name = "aws_cloudwatch_event_bus"
    service = "events"

    def read(self, call: Call, config: Values) -> Values:
        """Read the bus."""
        bus = call.client().describe_event_bus(Name=config["name"])
        return {**state_of(bus, _SETTINGS), "arn": bus["Arn"], "id": bus["Name"]}


class EventBusesData(DataSource):
    """``aws_cloudwatch_event_buses``: the buses whose names have a prefix."""

    type_name = "aws_cloudwatch_event_buses"
    service = "events"

    def read(self, call: Call, config: Values) -> Values:
        """List the buses."""
        client, found = call.client(), []
        request = {"NamePrefix": config["name_prefix"]} if config["name_prefix"] else {}
        while True:
            page = client.list_event_buses(**request)
            found += page["EventBuses"]
            if not page.get("NextToken"):
                break
            request["NextToken"] = page["NextToken"]
        return {"event_buses": [_listed(bus) for bus in found]}


class EventSourceData(DataSource):
    """``aws_cloudwatch_event_source``; its id is the source's ARN."""

    type_name = "aws_cloudwatch_event_source"
    service = "events"

    def read(self, call: Call, config: Values) -> Values:
        """Find the one partner's event source whose name has the prefix."""
        request = {"NamePrefix": config["name_prefix"]} if config["name_prefix"] else {}
        sources = call.client().list_event_sources(**request).get("EventSources") or []
        if len(sources) != 1:
            raise OperationError(f"expected one partner's event source, found {len(sources)}")
        source = sources[0]
        return {
            "arn": source["Arn"],
            "created_by": source.get("CreatedBy"),
            "id": source["Arn"],
            "name": source["Name"],
            "state": source.get("State"),
        }


def _listed(bus: Values) -> Values:
    return {
        "arn": bus["Arn"],
        "creation_time": timestamp(bus.get("CreationTime")),
        "description": bus.get("Description"),
        "last_modified_time": timestamp(bus.get("LastModifiedTime")),
        "name": bus["Name"],
        "policy": bus.get("Policy"),
    }
