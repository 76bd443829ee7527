"""AWS Lambda: permissions, the statements of functions' resource policies.

Arguments and replace rules follow the documentation of ``aws_lambda_permission``.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from localtender.provider.blocks import request_of
from localtender.provider.call import Call
from localtender.provider.checks import every, is_arn, length, matches, one_of
from localtender.provider.declaration import Resource
from localtender.provider.errors import OperationError
from localtender.provider.naming import prefix_of, unique_name
from localtender.provider.resources.lambda_names import (
    NOT_FOUND,
    function_key,
    function_name,
    is_function_name,
    qualifier_of,
    same_function,
)
from localtender.provider.values import Values

_IMPORT_FORM: Final = "FUNCTION_NAME/STATEMENT_ID or FUNCTION_NAME:QUALIFIER/STATEMENT_ID"
_MEMBERS: Final = {
    "action": "Action",
    "event_source_token": "EventSourceToken",
    "function_name": "FunctionName",
    "function_url_auth_type": "FunctionUrlAuthType",
    "invoked_via_function_url": "InvokedViaFunctionUrl",
    "principal": "Principal",
    "principal_org_id": "PrincipalOrgID",
    "qualifier": "Qualifier",
    "source_account": "SourceAccount",
    "source_arn": "SourceArn",
}
# Condition keys, in lower case: their case varies.
_CONDITIONS: Final = {
    "event_source_token": "lambda:eventsourcetoken",
    "function_url_auth_type": "lambda:functionurlauthtype",
    "invoked_via_function_url": "lambda:invokedviafunctionurl",
    "principal_org_id": "aws:principalorgid",
    "source_account": "aws:sourceaccount",
    "source_arn": "aws:sourcearn",
}
_is_statement_id = every(
    length(1, 100), matches(r"[\w-]+", "expected letters, digits, hyphens and underscores")
)


def _same_principal(old: str, new: str) -> bool:
    """Tell whether two principals are the same; an account stands for its root user."""
    return _account(old) == _account(new)


def _account(principal: str) -> str:
    root = re.fullmatch(r"arn:[\w-]+:iam::(\d{12}):root", principal)
    return root[1] if root else principal


class Permission(Resource):
    """``aws_lambda_permission``; its id is the statement's."""

    type_name = "aws_lambda_permission"
    service = "lambda"
    gone = NOT_FOUND
    replaces = (*_MEMBERS, "statement_id", "statement_id_prefix")
    conflicts = (("statement_id", "statement_id_prefix"),)
    equivalent = {"function_name": same_function, "principal": _same_principal}
    checks = {
        "action": matches(
            r"lambda:[*]|lambda:[a-zA-Z]+|[*]", "expected an action as in lambda:InvokeFunction"
        ),
        "event_source_token": every(
            length(1, 256), matches(r"[a-zA-Z0-9._\-]+", "expected letters, digits, '.', '_', '-'")
        ),
        "function_name": is_function_name,
        "function_url_auth_type": one_of("AWS_IAM", "NONE"),
        "qualifier": matches(r"[a-zA-Z0-9$_-]{1,128}", "expected a version or an alias"),
        "source_account": matches(r"\d{12}", "expected an account id of twelve digits"),
        "source_arn": is_arn,
        "statement_id": _is_statement_id,
        "statement_id_prefix": _is_statement_id,
    }

    def create(self, call: Call, planned: Values) -> Values:
        """Add the statement."""
        statement_id = planned["statement_id"] or unique_name(
            planned["statement_id_prefix"] or "terraform-"
        )
        call.client().add_permission(StatementId=statement_id, **request_of(planned, _MEMBERS))
        return {"id": statement_id}

    def read(self, call: Call, state: Values) -> Values | None:
        """Find the statement in the function's policy."""
        key = function_key(state["function_name"], state["qualifier"])
        policy = json.loads(call.client().get_policy(**key)["Policy"])
        for statement in policy["Statement"]:
            if statement["Sid"] == state["id"]:
                return _statement_state(statement, state["function_name"])
        return None

    def delete(self, call: Call, state: Values) -> None:
        """Remove the statement."""
        key = function_key(state["function_name"], state["qualifier"])
        call.client().remove_permission(StatementId=state["id"], **key)

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``FUNCTION_NAME/STATEMENT_ID`` or ``FUNCTION_NAME:QUALIFIER/STATEMENT_ID`` apart."""
        function, separator, statement_id = identifier.rpartition("/")
        if not separator or not function or not statement_id:
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected {_IMPORT_FORM}"
            )
        qualifier = qualifier_of(function)
        return {
            "function_name": function.removesuffix(f":{qualifier}") if qualifier else function,
            "id": statement_id,
            "qualifier": qualifier,
        }


def _statement_state(statement: Values, known_function: str) -> Values:
    resource = statement["Resource"]
    qualifier = qualifier_of(resource)
    arn = resource.removesuffix(f":{qualifier}") if qualifier else resource
    conditions: dict[str, Any] = {}
    for keys in (statement.get("Condition") or {}).values():
        conditions |= {key.lower(): value for key, value in keys.items()}
    found: Values = {argument: conditions.get(key) for argument, key in _CONDITIONS.items()}
    return {
        **found,
        "action": statement["Action"],
        "function_name": arn if known_function.startswith("arn:") else function_name(arn),
        "principal": _principal(statement["Principal"]),
        "qualifier": qualifier,
        "statement_id": statement["Sid"],
        "statement_id_prefix": prefix_of(statement["Sid"]),
    }


def _principal(principal: Any) -> str | None:
    if isinstance(principal, str):
        return principal
    found: str | None = principal.get("AWS") or principal.get("Service")
    return found
