"""Permissions: the statements of functions' resource policies.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html; messages as
recorded from AWS in LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json``
(TestLambdaPermissions).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.names import LATEST
from localtender.edge.functions.resource_policy import ResourcePolicy

if TYPE_CHECKING:
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_MAXIMUM_POLICY_BYTES = 20_480
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?|.*\.alexa-appkit\.amazon\.com")
_NO_POLICY = "The resource you requested does not exist."


class PermissionOperations:
    """AddPermission, RemovePermission, GetPolicy."""

    def __init__(self, registry: FunctionRegistry) -> None:
        self._registry = registry

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "AddPermission": self.add,
            "RemovePermission": self.remove,
            "GetPolicy": self.get,
        }

    async def add(self, caller: Caller, parameters: Parameters) -> Parameters:
        """AddPermission."""
        reference = self._reference(caller, parameters)
        if reference.qualifier == LATEST:
            raise errors.invalid_parameter(
                "We currently do not support adding policies for $LATEST."
            )
        function = self._registry.get(reference, named=reference.unqualified_arn)
        function.require(reference.qualifier)
        _check_revision(function, reference, parameters)
        policy = function.policies.get(reference.qualifier) or ResourcePolicy()
        statement_id = parameters["StatementId"]
        if statement_id in policy.statements:
            raise errors.conflict(
                f"The statement id ({statement_id}) provided already exists. Please provide a new "
                "statement id, or remove the existing statement."
            )
        statement = _statement(reference, parameters)
        statements = {**policy.statements, statement_id: statement}
        _check_length(statements)
        policy.statements = statements
        function.policies[reference.qualifier] = policy
        function.renew_revision(reference.qualifier)
        return {"Statement": _json(statement)}

    async def remove(self, caller: Caller, parameters: Parameters) -> Parameters:
        """RemovePermission."""
        reference = self._reference(caller, parameters)
        function = self._registry.find(reference)
        if function is None:
            raise errors.not_found(f"No policy found for: {reference.unqualified_arn}")
        function.require(reference.qualifier)
        policy = function.policies.get(reference.qualifier)
        if policy is None:
            raise errors.not_found("No policy is associated with the given resource.")
        statement_id = parameters["StatementId"]
        if statement_id not in policy.statements:
            raise errors.not_found(f"Statement {statement_id} is not found in resource policy.")
        _check_revision(function, reference, parameters)
        del policy.statements[statement_id]
        if not policy.statements:
            del function.policies[reference.qualifier]
        function.renew_revision(reference.qualifier)
        return {}

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetPolicy; its revision is that of the function, version or alias."""
        reference = self._reference(caller, parameters)
        function = self._registry.get(reference, named=reference.unqualified_arn)
        policy = function.policies.get(reference.qualifier)
        if policy is None:
            raise errors.not_found(_NO_POLICY)
        return {
            "Policy": _json(_document(policy.statements)),
            "RevisionId": function.revision_id(reference.qualifier),
        }

    def _reference(self, caller: Caller, parameters: Parameters) -> FunctionReference:
        return self._registry.reference(
            caller, parameters["FunctionName"], parameters.get("Qualifier")
        )


def _statement(reference: FunctionReference, parameters: Parameters) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(parameters["Principal"]),
        "Action": parameters["Action"],
        "Resource": reference.arn,
    }
    equals = {
        key: parameters[name]
        for key, name in (
            ("lambda:FunctionUrlAuthType", "FunctionUrlAuthType"),
            ("lambda:EventSourceToken", "EventSourceToken"),
            ("AWS:SourceAccount", "SourceAccount"),
            ("aws:PrincipalOrgID", "PrincipalOrgID"),
        )
        if parameters.get(name)
    }
    condition: dict[str, Any] = {}
    if equals:
        condition["StringEquals"] = equals
    if parameters.get("InvokedViaFunctionUrl") is not None:
        flag = "true" if parameters["InvokedViaFunctionUrl"] else "false"
        condition["Bool"] = {"lambda:InvokedViaFunctionUrl": flag}
    if parameters.get("SourceArn"):
        condition["ArnLike"] = {"AWS:SourceArn": parameters["SourceArn"]}
    if condition:
        statement["Condition"] = condition
    return statement


def _principal(principal: str) -> Any:
    if principal == "*":
        return "*"
    if re.fullmatch(r"\d{12}", principal):
        return {"AWS": f"arn:aws:iam::{principal}:root"}
    if principal.startswith("arn:"):
        return {"AWS": principal}
    if _SERVICE.fullmatch(principal):
        return {"Service": principal}
    raise errors.invalid_parameter(
        "The provided principal was invalid. Please check the principal and try again."
    )


def _check_revision(
    function: Function, reference: FunctionReference, parameters: Parameters
) -> None:
    revision_id = parameters.get("RevisionId")
    if revision_id and revision_id != function.revision_id(reference.qualifier):
        raise errors.precondition_failed()


def _check_length(statements: dict[str, dict[str, Any]]) -> None:
    size = len(_json(_document(statements)))
    if size > _MAXIMUM_POLICY_BYTES:
        raise errors.policy_too_long(size, _MAXIMUM_POLICY_BYTES)


def _document(statements: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Id": "default", "Statement": list(statements.values())}


def _json(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))
