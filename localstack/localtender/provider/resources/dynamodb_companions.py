"""Amazon DynamoDB: what stands beside a table: its policy, its insights, its Kinesis stream, a tag.

Arguments, replace rules, ids and import ids follow the documentation of
``aws_dynamodb_resource_policy``, ``aws_dynamodb_contributor_insights``,
``aws_dynamodb_kinesis_streaming_destination`` and ``aws_dynamodb_tag``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import is_arn, one_of
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.values import UNKNOWN, Values

_NOT_FOUND: Final = ("ResourceNotFoundException",)
_ALL_KEYS: Final = "ACCESSED_AND_THROTTLED_KEYS"


class TablePolicy(Resource):
    """``aws_dynamodb_resource_policy``; its id is the ARN that the policy is about."""

    type_name = "aws_dynamodb_resource_policy"
    service = "dynamodb"
    gone = ("PolicyNotFoundException", *_NOT_FOUND)
    replaces = ("resource_arn",)
    defaults = {"confirm_remove_self_resource_access": False}
    equivalent = {"policy": same_policy}
    recomputed = {"revision_id": ("policy",)}
    checks = {"policy": is_policy, "resource_arn": is_arn}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy."""
        self._put(call, planned)
        return {"id": planned["resource_arn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the policy."""
        answer = call.client().get_resource_policy(ResourceArn=state["id"])
        return {
            "policy": answer["Policy"],
            "resource_arn": state["id"],
            "revision_id": answer["RevisionId"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed policy."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take the policy away."""
        call.client().delete_resource_policy(ResourceArn=state["id"])

    def _put(self, call: Call, planned: Values) -> None:
        call.client().put_resource_policy(
            ResourceArn=planned["resource_arn"],
            Policy=planned["policy"],
            ConfirmRemoveSelfResourceAccess=bool(planned["confirm_remove_self_resource_access"]),
        )


class ContributorInsights(Resource):
    """``aws_dynamodb_contributor_insights``; its id is ``name:TABLE/index:INDEX/ACCOUNT``."""

    type_name = "aws_dynamodb_contributor_insights"
    service = "dynamodb"
    gone = _NOT_FOUND
    replaces = ("index_name", "mode", "table_name")
    checks = {"mode": one_of(_ALL_KEYS, "THROTTLED_KEYS")}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Refuse the mode that the engine does not have."""
        if config.get("mode") not in (None, UNKNOWN, _ALL_KEYS):
            yield InvalidArgumentError("mode", f"the local tables only have {_ALL_KEYS}")

    def create(self, call: Call, planned: Values) -> Values:
        """Switch the insights on and wait until they are."""
        self._switch(call, planned, "ENABLE", "ENABLED", "create")
        table, index = planned["table_name"], planned["index_name"] or ""
        return {"id": f"name:{table}/index:{index}/{call.account_id}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read whether they are on."""
        answer = call.client().describe_contributor_insights(**_table_or_index(state))
        if answer["ContributorInsightsStatus"] in ("DISABLED", "DISABLING"):
            return None
        return {
            "index_name": answer.get("IndexName"),
            "mode": answer.get("ContributorInsightsMode", _ALL_KEYS),
            "table_name": state["table_name"],
        }

    def delete(self, call: Call, state: Values) -> None:
        """Switch the insights off and wait until they are."""
        self._switch(call, state, "DISABLE", "DISABLED", "delete")

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``name:TABLE/index:INDEX/ACCOUNT`` apart."""
        found = re.fullmatch(r"name:([^/]+)/index:([^/]*)/\d{12}", identifier)
        if found is None:
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected "
                "name:TABLE/index:INDEX/ACCOUNT"
            )
        return {"id": identifier, "table_name": found[1], "index_name": found[2] or None}

    def _switch(
        self, call: Call, values: Values, action: str, awaited: str, operation: str
    ) -> None:
        client, key = call.client(), _table_or_index(values)
        client.update_contributor_insights(**key, ContributorInsightsAction=action)

        def is_switched() -> bool:
            answer = client.describe_contributor_insights(**key)
            return bool(answer["ContributorInsightsStatus"] == awaited)

        what = f"contributor insights of {values['table_name']} to be {awaited}"
        call.wait(is_switched, awaited=what, operation=operation)


class KinesisStreamingDestination(Resource):
    """``aws_dynamodb_kinesis_streaming_destination``; its id is ``TABLE,STREAM_ARN``."""

    type_name = "aws_dynamodb_kinesis_streaming_destination"
    service = "dynamodb"
    gone = _NOT_FOUND
    replaces = ("approximate_creation_date_time_precision", "stream_arn", "table_name")
    checks = {
        "approximate_creation_date_time_precision": one_of("MICROSECOND", "MILLISECOND"),
        "stream_arn": is_arn,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Let the table's changes flow into the stream and wait until they do."""
        table, stream = planned["table_name"], planned["stream_arn"]
        precision = planned["approximate_creation_date_time_precision"]
        settings = (
            {
                "EnableKinesisStreamingConfiguration": {
                    "ApproximateCreationDateTimePrecision": precision
                }
            }
            if precision
            else {}
        )
        call.client().enable_kinesis_streaming_destination(
            TableName=table, StreamArn=stream, **settings
        )
        identity = {"id": f"{table},{stream}"}
        call.created(identity)
        self._wait_until(call, table, stream, "ACTIVE", "create")
        return identity

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the stream among the table's destinations."""
        table, _, stream = state["id"].partition(",")
        found = _destination(call, table, stream)
        if found is None or found["DestinationStatus"] in ("DISABLED", "DISABLING"):
            return None
        return {
            "approximate_creation_date_time_precision": found.get(
                "ApproximateCreationDateTimePrecision"
            ),
            "stream_arn": stream,
            "table_name": table,
        }

    def delete(self, call: Call, state: Values) -> None:
        """Stop the flow and wait until it has."""
        table, stream = state["table_name"], state["stream_arn"]
        call.client().disable_kinesis_streaming_destination(TableName=table, StreamArn=stream)
        self._wait_until(call, table, stream, "DISABLED", "delete")

    def _wait_until(self, call: Call, table: str, stream: str, status: str, operation: str) -> None:
        def is_there() -> bool:
            found = _destination(call, table, stream) or {"DestinationStatus": "DISABLED"}
            if found["DestinationStatus"] == "ENABLE_FAILED":
                reason = found.get("DestinationStatusDescription", "no reason given")
                raise OperationError(f"{table} does not stream to {stream}: {reason}")
            return bool(found["DestinationStatus"] == status)

        call.wait(is_there, awaited=f"{table} to be {status} for {stream}", operation=operation)


class TableTag(Resource):
    """``aws_dynamodb_tag``: a single tag; its id is ``ARN,KEY``."""

    type_name = "aws_dynamodb_tag"
    service = "dynamodb"
    gone = _NOT_FOUND
    replaces = ("key", "resource_arn")
    checks = {"resource_arn": is_arn}

    def create(self, call: Call, planned: Values) -> Values:
        """Set the tag."""
        self._set(call, planned)
        return {"id": f"{planned['resource_arn']},{planned['key']}"}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the tag among the table's."""
        arn, _, key = state["id"].partition(",")
        for tag in call.pages("list_tags_of_resource", "Tags", ResourceArn=arn):
            if tag["Key"] == key:
                return {"key": key, "resource_arn": arn, "value": tag["Value"]}
        return None

    def update(self, call: Call, change: Change) -> None:
        """Set the tag's other value."""
        self._set(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Take the tag away."""
        call.client().untag_resource(ResourceArn=state["resource_arn"], TagKeys=[state["key"]])

    def _set(self, call: Call, planned: Values) -> None:
        call.client().tag_resource(
            ResourceArn=planned["resource_arn"],
            Tags=[{"Key": planned["key"], "Value": planned["value"]}],
        )


def _table_or_index(values: Values) -> Values:
    index = {"IndexName": values["index_name"]} if values["index_name"] else {}
    return {"TableName": values["table_name"], **index}


def _destination(call: Call, table: str, stream: str) -> Values | None:
    answer = call.client().describe_kinesis_streaming_destination(TableName=table)
    destinations: list[Values] = answer["KinesisDataStreamDestinations"]
    return next((item for item in destinations if item["StreamArn"] == stream), None)
