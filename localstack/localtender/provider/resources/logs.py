"""Amazon CloudWatch Logs: log groups.

Arguments, defaults and replace rules follow the documentation of ``aws_cloudwatch_log_group``.
"""

from __future__ import annotations

from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import every, length, matches, one_of, one_of_numbers
from localtender.provider.declaration import Change, Plan, Resource
from localtender.provider.naming import configured_name, prefix_of
from localtender.provider.values import Values

_DELIVERY: Final = "DELIVERY"
_NAME: Final = matches(r"[A-Za-z0-9_/.#-]*", "expected letters, digits or any of _-/.#")
# fmt: off
_RETENTIONS: Final = (
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
    2922, 3288, 3653,
)
# fmt: on


class LogGroup(Resource):
    """``aws_cloudwatch_log_group``; its id is the group's name."""

    type_name = "aws_cloudwatch_log_group"
    service = "logs"
    gone = ("ResourceNotFoundException",)
    replaces = ("log_group_class", "name", "name_prefix")
    conflicts = (("name", "name_prefix"),)
    defaults = {"retention_in_days": 0, "skip_destroy": False}
    checks = {
        "log_group_class": one_of("STANDARD", "INFREQUENT_ACCESS", _DELIVERY),
        "name": every(length(1, 512), _NAME),
        "name_prefix": every(length(1, 483), _NAME),
        "retention_in_days": one_of_numbers(*_RETENTIONS),
    }

    def customize(self, call: Call, plan: Plan) -> None:
        """Leave the retention of DELIVERY groups to AWS, which fixes it."""
        group_class = plan.planned["log_group_class"]
        if plan.prior is not None and plan.prior["log_group_class"] == group_class == _DELIVERY:
            plan.planned["retention_in_days"] = plan.prior["retention_in_days"]

    def create(self, call: Call, planned: Values) -> Values:
        """Create the group, then set its retention."""
        client, name = call.client(), configured_name(planned)
        request = {
            "deletionProtectionEnabled": planned["deletion_protection_enabled"],
            "kmsKeyId": planned["kms_key_id"],
            "logGroupClass": planned["log_group_class"],
            "tags": planned["tags_all"],
        }
        client.create_log_group(
            logGroupName=name, **{key: value for key, value in request.items() if value}
        )
        call.created({"id": name, "name": name})
        if planned["retention_in_days"] and planned["log_group_class"] != _DELIVERY:
            client.put_retention_policy(
                logGroupName=name, retentionInDays=planned["retention_in_days"]
            )
        return {"id": name}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the group among those whose names begin with its own."""
        client, name = call.client(), state["id"]
        group = _find(client, name)
        if group is None:
            return None
        arn = group["arn"].removesuffix(":*")
        found: Values = {
            "arn": arn,
            "kms_key_id": group.get("kmsKeyId"),
            "log_group_class": group.get("logGroupClass"),
            "name": name,
            "name_prefix": prefix_of(name),
            "retention_in_days": group.get("retentionInDays", 0),
            "tags": client.list_tags_for_resource(resourceArn=arn).get("tags", {}),
        }
        if "deletionProtectionEnabled" in group:
            found["deletion_protection_enabled"] = group["deletionProtectionEnabled"]
        elif state["deletion_protection_enabled"]:
            call.warn(
                "deletion_protection_enabled has no effect here",
                f"The service does not say that the log group {name} is protected.",
            )
        else:
            found["deletion_protection_enabled"] = False
        return found

    def update(self, call: Call, change: Change) -> None:
        """Change retention, key and protection."""
        client, name, planned = call.client(), change.prior["id"], change.planned
        if change.has("retention_in_days"):
            days = planned["retention_in_days"]
            if days:
                client.put_retention_policy(logGroupName=name, retentionInDays=days)
            else:
                client.delete_retention_policy(logGroupName=name)
        if change.has("kms_key_id"):
            key = planned["kms_key_id"]
            if key:
                client.associate_kms_key(logGroupName=name, kmsKeyId=key)
            else:
                client.disassociate_kms_key(logGroupName=name)
        if change.has("deletion_protection_enabled"):
            client.put_log_group_deletion_protection(
                logGroupIdentifier=name,
                deletionProtectionEnabled=bool(planned["deletion_protection_enabled"]),
            )

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the group."""
        if removed:
            call.client().untag_resource(resourceArn=state["arn"], tagKeys=removed)
        if changed:
            call.client().tag_resource(resourceArn=state["arn"], tags=changed)

    def delete(self, call: Call, state: Values) -> None:
        """Delete the group with its streams, unless it is to be kept."""
        if not state["skip_destroy"]:
            call.client().delete_log_group(logGroupName=state["id"])


def _find(client: Any, name: str) -> Values | None:
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    for page in pages:
        for group in page["logGroups"]:
            if group["logGroupName"] == name:
                return dict(group)
    return None
