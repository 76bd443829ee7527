"""Amazon CloudWatch Logs Insights: saved queries.

Arguments follow the documentation of ``aws_cloudwatch_query_definition``.
"""

from __future__ import annotations

import re

from localtender.provider.blocks import request_of
from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import OperationError
from localtender.provider.values import Values

_ARN = re.compile(r"arn:[\w-]+:logs:[^:]*:\d*:query-definition:(?P<id>[0-9a-f-]{36})")
_FIELDS = {
    "log_group_names": "logGroupNames",
    "name": "name",
    "query_string": "queryString",
}


class QueryDefinition(Resource):
    """``aws_cloudwatch_query_definition``; its id is the definition's UUID."""

    type_name = "aws_cloudwatch_query_definition"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    checks = {
        "name": every(
            length(1, 255),
            matches(r"([^:*/]+/?)*[^:*/]+", "no colon, no asterisk, no slash at either end"),
        ),
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the definition, which makes its id."""
        answer = call.client().put_query_definition(**request_of(planned, _FIELDS))
        return {"id": answer["queryDefinitionId"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the definition among all."""
        client = call.client()
        request: Values = {}
        while True:
            page = client.describe_query_definitions(**request)
            for each in page["queryDefinitions"]:
                if each["queryDefinitionId"] == state["id"]:
                    return {
                        "arn": f"arn:{call.partition}:logs:{call.region}:{call.account_id}"
                        f":query-definition:{state['id']}",
                        "log_group_names": each.get("logGroupNames", []),
                        "name": each["name"],
                        "query_definition_id": state["id"],
                        "query_string": each["queryString"],
                    }
            if not page.get("nextToken"):
                return None
            request = {"nextToken": page["nextToken"]}

    def update(self, call: Call, change: Change) -> None:
        """Put the changed definition under its id."""
        call.client().put_query_definition(
            queryDefinitionId=change.prior["id"], **request_of(change.planned, _FIELDS)
        )

    def delete(self, call: Call, state: Values) -> None:
        """Delete the definition."""
        call.client().delete_query_definition(queryDefinitionId=state["id"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the id out of the definition's ARN."""
        arn = _ARN.fullmatch(identifier)
        if arn is None:
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected the ARN of a "
                "CloudWatch query definition"
            )
        return {"id": arn["id"]}
