"""Who may use a layer's version: its resource policy.

https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html and its neighbours;
the messages are those recorded from AWS in LocalStack's
``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (TestLambdaLayer).
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.layer import layer_version_missing
from localtender.edge.functions.resource_policy import ResourcePolicy

if TYPE_CHECKING:
    from localtender.edge.functions.layer import Layer, LayerReference, LayerRegistry
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_ACTION = "lambda:GetLayerVersion"


class LayerPermissionOperations:
    """AddLayerVersionPermission, RemoveLayerVersionPermission, GetLayerVersionPolicy."""

    def __init__(self, layers: LayerRegistry) -> None:
        self._layers = layers

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "AddLayerVersionPermission": self.add,
            "RemoveLayerVersionPermission": self.remove,
            "GetLayerVersionPolicy": self.get_policy,
        }

    async def add(self, caller: Caller, parameters: Parameters) -> Parameters:
        """AddLayerVersionPermission."""
        action = parameters["Action"]
        if action != _ACTION:
            raise errors.validation(
                f"Value '{action}' at 'action' failed to satisfy constraint: Member must satisfy "
                f"regular expression pattern: {_ACTION}"
            )
        reference, layer = self._existing(caller, parameters)
        number = reference.version or 0
        policy = layer.policies.get(number) or ResourcePolicy()
        statement_id = parameters["StatementId"]
        if statement_id in policy.statements:
            raise errors.conflict(
                f"The statement id ({statement_id}) provided already exists. Please provide a new "
                "statement id, or remove the existing statement."
            )
        _check_revision(layer.policies.get(number), parameters)
        statement = _statement(reference, parameters)
        policy.statements[statement_id] = statement
        policy.revision_id = str(uuid.uuid4())
        layer.policies[number] = policy
        return {"Statement": _json(statement), "RevisionId": policy.revision_id}

    async def remove(self, caller: Caller, parameters: Parameters) -> Parameters:
        """RemoveLayerVersionPermission."""
        reference, layer = self._existing(caller, parameters)
        policy = layer.policies.get(reference.version or 0)
        statement_id = parameters["StatementId"]
        if policy is None or statement_id not in policy.statements:
            raise errors.not_found(f"Statement {statement_id} is not found in resource policy.")
        _check_revision(policy, parameters)
        del policy.statements[statement_id]
        policy.revision_id = str(uuid.uuid4())
        if not policy.statements:
            del layer.policies[reference.version or 0]
        return {}

    async def get_policy(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetLayerVersionPolicy."""
        reference, layer = self._existing(caller, parameters)
        policy = layer.policies.get(reference.version or 0)
        if policy is None:
            raise errors.not_found("No policy is associated with the given resource.")
        document = {
            "Version": "2012-10-17",
            "Id": "default",
            "Statement": list(policy.statements.values()),
        }
        return {"Policy": _json(document), "RevisionId": policy.revision_id}

    def _existing(self, caller: Caller, parameters: Parameters) -> tuple[LayerReference, Layer]:
        number: int = parameters["VersionNumber"]
        reference = self._layers.reference(caller, parameters["LayerName"], number)
        layer = self._layers.layer(reference)
        if layer is None or number not in layer.versions:
            raise layer_version_missing(reference.arn)
        return reference, layer


def check_may_use(layers: LayerRegistry, caller: Caller, reference: LayerReference) -> None:
    """Raise AccessDeniedException when the layer is another account's that did not share it."""
    if reference.account_id == caller.account_id:
        return
    layer = layers.layer(reference)
    policy = layer.policies.get(reference.version or 0) if layer is not None else None
    allowed = ("*", f"arn:aws:iam::{caller.account_id}:root")
    for statement in policy.statements.values() if policy is not None else ():
        principal = statement["Principal"]
        if (principal if principal == "*" else principal["AWS"]) in allowed:
            return
    raise errors.access_denied(
        f"User: arn:aws:iam::{caller.account_id}:root is not authorized to perform: {_ACTION} on "
        f"resource: {reference.arn} because no resource-based policy allows the {_ACTION} action"
    )


def _statement(reference: LayerReference, parameters: Parameters) -> dict[str, Any]:
    principal = parameters["Principal"]
    organization = parameters.get("OrganizationId")
    if organization and principal != "*":
        raise errors.invalid_parameter(
            "OrganizationId can only be given together with the principal *."
        )
    if principal != "*" and not principal.startswith("arn:"):
        principal = f"arn:aws:iam::{principal}:root"
    statement: dict[str, Any] = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {"AWS": principal},
        "Action": parameters["Action"],
        "Resource": reference.arn,
    }
    if organization:
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": organization}}
    return statement


def _check_revision(policy: ResourcePolicy | None, parameters: Parameters) -> None:
    revision_id = parameters.get("RevisionId")
    if revision_id and (policy is None or revision_id != policy.revision_id):
        raise errors.layer_precondition_failed()


def _json(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))
