"""AWS IAM: roles that are linked to a service.

Arguments, replace rules and ids follow the documentation of ``aws_iam_service_linked_role``.
"""

from __future__ import annotations

from localtender.provider.call import Call
from localtender.provider.checks import matches
from localtender.provider.declaration import Change, Resource
from localtender.provider.errors import OperationError
from localtender.provider.resources.iam_identities import NO_SUCH_ENTITY, tag_list, tag_map
from localtender.provider.values import Values


class ServiceLinkedRole(Resource):
    """``aws_iam_service_linked_role``; its id is the role's ARN."""

    type_name = "aws_iam_service_linked_role"
    service = "iam"
    gone = NO_SUCH_ENTITY
    replaces = ("aws_service_name", "custom_suffix")
    checks = {
        "aws_service_name": matches(
            r".+\.amazonaws\.com(\.cn)?", "expected a service such as es.amazonaws.com"
        )
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Create the role; its description and tags may take requests of their own."""
        client, suffix = call.client(), planned["custom_suffix"]
        request = {
            "AWSServiceName": planned["aws_service_name"],
            "CustomSuffix": suffix,
            "Description": planned["description"],
        }
        answer = client.create_service_linked_role(
            **{key: value for key, value in request.items() if value}
        )
        role = answer["Role"]
        call.created({"id": role["Arn"]})
        if suffix and not role["RoleName"].endswith(f"_{suffix}"):
            raise OperationError(
                f"the role was named {role['RoleName']}: the service behind this address does not "
                "know custom_suffix"
            )
        if (role.get("Description") or "") != (planned["description"] or ""):
            client.update_role(RoleName=role["RoleName"], Description=planned["description"] or "")
        if planned["tags_all"]:
            client.tag_role(RoleName=role["RoleName"], Tags=tag_list(planned["tags_all"]))
        return {"id": role["Arn"]}

    def read(self, call: Call, state: Values) -> Values | None:
        """Read the role."""
        service, name = _service_and_name(state["id"])
        role = call.client().get_role(RoleName=name)["Role"]
        _, separator, suffix = name.partition("_")
        return {
            "arn": role["Arn"],
            "aws_service_name": service,
            "create_date": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "custom_suffix": suffix if separator else None,
            "description": role.get("Description"),
            "name": role["RoleName"],
            "path": role["Path"],
            "tags": tag_map(role.get("Tags")),
            "unique_id": role["RoleId"],
        }

    def update(self, call: Call, change: Change) -> None:
        """Describe the role in other words."""
        call.client().update_role(
            RoleName=_service_and_name(change.prior["id"])[1],
            Description=change.planned["description"] or "",
        )

    def update_tags(
        self, call: Call, state: Values, changed: dict[str, str], removed: list[str]
    ) -> None:
        """Tag and untag the role."""
        name = _service_and_name(state["id"])[1]
        if removed:
            call.client().untag_role(RoleName=name, TagKeys=removed)
        if changed:
            call.client().tag_role(RoleName=name, Tags=tag_list(changed))

    def delete(self, call: Call, state: Values) -> None:
        """Ask for the role's deletion and wait for its outcome."""
        client, name = call.client(), _service_and_name(state["id"])[1]
        task = client.delete_service_linked_role(RoleName=name)["DeletionTaskId"]

        def is_deleted() -> bool:
            answer = client.get_service_linked_role_deletion_status(DeletionTaskId=task)
            if answer["Status"] == "FAILED":
                reason = answer.get("Reason", {}).get("Reason", "no reason given")
                raise OperationError(f"the role {name} could not be deleted: {reason}")
            return bool(answer["Status"] == "SUCCEEDED")

        call.wait(is_deleted, awaited=f"the role {name} to be deleted", operation="delete")

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take the role's ARN."""
        _service_and_name(identifier)
        return {"id": identifier}


def _service_and_name(arn: str) -> tuple[str, str]:
    """Return the service and the name in ``arn:...:role/aws-service-role/SERVICE/NAME``."""
    parts = arn.split("/")
    if len(parts) != 4 or parts[1] != "aws-service-role":
        raise OperationError(f"expected the ARN of a service-linked role, got {arn!r}")
    return parts[2], parts[3]
