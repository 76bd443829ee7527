"""Amazon CloudWatch Logs: destinations, by which other accounts subscribe, and their policies.

Arguments and replace rules follow the documentation of ``aws_cloudwatch_log_destination`` and
``aws_cloudwatch_log_destination_policy``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import every, is_arn, length, matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.documents import is_policy, same_policy
from localtender.provider.values import Values


class Destination(Resource):
    """``aws_cloudwatch_log_destination``; its id is the destination's name."""

    type_name = "aws_cloudwatch_log_destination"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("name",)
    checks = {
        "name": every(
            length(1, 512), matches(r"[^:*]*", "must not contain a colon or an asterisk")
        ),
        "role_arn": is_arn,
        "target_arn": is_arn,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Put the destination."""
        self._put(call, planned, tags=planned["tags_all"])
        return {"id": planned["name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the destination among those whose names begin with its own, and its tags."""
        found = _find(call, state["id"])
        if found is None:
            return None
        tags = call.client().list_tags_for_resource(resourceArn=found["arn"])
        return {
            "arn": found["arn"],
            "name": found["destinationName"],
            "role_arn": found["roleArn"],
            "tags": tags.get("tags", {}),
            "target_arn": found["targetArn"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed destination."""
        self._put(call, change.planned, tags=None)

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the destination."""
        if removed:
            call.client().untag_resource(resourceArn=state["arn"], tagKeys=removed)
        if changed:
            call.client().tag_resource(resourceArn=state["arn"], tags=changed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the destination."""
        call.client().delete_destination(destinationName=state["id"])

    def _put(self, call: Call, planned: Values, *, tags: dict[str, str] | None) -> None:
        call.client().put_destination(
            destinationName=planned["name"],
            roleArn=planned["role_arn"],
            targetArn=planned["target_arn"],
            **({"tags": tags} if tags else {}),
        )


class DestinationPolicy(Resource):
    """``aws_cloudwatch_log_destination_policy``; its id is the destination's name.

    A destination keeps its last policy: to destroy the resource is to forget it.
    """

    type_name = "aws_cloudwatch_log_destination_policy"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("destination_name",)
    equivalent = {"access_policy": same_policy}
    checks = {"access_policy": is_policy}

    def create(self, call: Call, planned: Values) -> Values:
        """Put the policy."""
        self._put(call, planned)
        return {"id": planned["destination_name"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the destination's policy; a destination without one does not have this resource."""
        found = _find(call, state["id"])
        if found is None or not found.get("accessPolicy"):
            return None
        return {
            "access_policy": found["accessPolicy"],
            "destination_name": found["destinationName"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Put the changed policy."""
        self._put(call, change.planned)

    def delete(self, call: Call, state: Values) -> None:
        """Forget the policy, as the API has no way to take it away."""

    def _put(self, call: Call, planned: Values) -> None:
        call.client().put_destination_policy(
            accessPolicy=planned["access_policy"],
            destinationName=planned["destination_name"],
            **({"forceUpdate": True} if planned["force_update"] else {}),
        )


def _find(call: Call, name: str) -> Values | None:
    pages = (
        call.client().get_paginator("describe_destinations").paginate(DestinationNamePrefix=name)
    )
    for page in pages:
        for destination in page["destinations"]:
            if destination["destinationName"] == name:
                return dict(destination)
    return None
