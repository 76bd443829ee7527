"""AWS Lambda: invocations, as a resource that happens on apply and as a data source.

Arguments, defaults and the form of ids follow the documentation of ``aws_lambda_invocation``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.declaration import Change, DataSource, Plan, Resource
from localtender.provider.documents import is_json
from localtender.provider.errors import InvalidArgumentError, OperationError
from localtender.provider.resources.lambda_names import LATEST
from localtender.provider.values import Values

_CREATE_ONLY: Final = "CREATE_ONLY"
_CRUD: Final = "CRUD"
_SENT: Final = ("input", "lifecycle_scope", "tenant_id", "terraform_key")
_FORM: Final = "FUNCTION_NAME,QUALIFIER,RESULT_HASH"


class Invocation(Resource):
    """``aws_lambda_invocation``; its id is ``FUNCTION,QUALIFIER,MD5_OF_THE_PAYLOAD``."""

    type_name = "aws_lambda_invocation"
    service = "lambda"
    replaces = ("function_name", "qualifier", "triggers")
    defaults = {"lifecycle_scope": _CREATE_ONLY, "qualifier": LATEST, "terraform_key": "tf"}
    checks = {"input": is_json, "lifecycle_scope": one_of(_CREATE_ONLY, _CRUD)}

    def validate(self, config: Values) -> Iterable[InvalidArgumentError]:
        """Check that there is an object to which the life cycle can be added."""
        given = config.get("input")
        if config.get("lifecycle_scope") != _CRUD or not isinstance(given, str) or is_json(given):
            return
        if not isinstance(json.loads(given), dict):
            yield InvalidArgumentError(
                "input", "must be a JSON object when lifecycle_scope is CRUD"
            )

    def customize(self, call: Call, plan: Plan) -> None:
        """Invoke anew where the input changes, and in place only when the scope says so."""
        if plan.prior is None:
            return
        if plan.changes("input") and plan.planned["lifecycle_scope"] == _CREATE_ONLY:
            plan.replace("input")
        if any(plan.changes(name) for name in _SENT):
            plan.make_unknown("id")
            plan.make_unknown("result")

    def create(self, call: Call, planned: Values) -> Values:
        """Invoke the function."""
        return _invoked(call, planned, "create", None)

    def read(self, call: Call, state: Values) -> Values | None:
        """Nothing can be asked about an invocation that is over."""
        return {}

    def update(self, call: Call, change: Change) -> Values | None:
        """Invoke the function again, with the input of before beside the new one."""
        return _invoked(call, change.planned, "update", change.prior["input"])

    def delete(self, call: Call, state: Values) -> None:
        """Tell the function, if it follows the resource's whole life."""
        if state["lifecycle_scope"] != _CREATE_ONLY:
            _invoked(call, state, "delete", state["input"])

    def import_state(self, call: Call, identifier: str) -> Values:
        """Take ``FUNCTION_NAME,QUALIFIER,RESULT_HASH`` apart."""
        parts = identifier.split(",")
        if len(parts) != 3 or not all(parts):
            raise OperationError(
                f"unexpected format of the import id {identifier!r}, expected {_FORM}"
            )
        return {"id": identifier, "function_name": parts[0], "qualifier": parts[1]}


class InvocationData(DataSource):
    """``aws_lambda_invocation``; its id is ``FUNCTION_QUALIFIER_MD5_OF_THE_INPUT``."""

    type_name = "aws_lambda_invocation"
    service = "lambda"
    checks = {"input": is_json}

    def read(self, call: Call, config: Values) -> Values:
        """Invoke the function and give its result back."""
        qualifier = config["qualifier"] or LATEST
        payload = config["input"].encode()
        return {
            "id": f"{config['function_name']}_{qualifier}_{hashlib.md5(payload).hexdigest()}",
            "qualifier": qualifier,
            "result": _result(call, {**config, "qualifier": qualifier}, payload),
        }


def _invoked(call: Call, values: Values, action: str, before: str | None) -> Values:
    payload = _payload(values, action, before)
    result = _result(call, values, payload)
    digest = hashlib.md5(payload).hexdigest()
    return {
        "id": f"{values['function_name']},{values['qualifier']},{digest}",
        "result": result,
    }


def _payload(values: Values, action: str, before: str | None) -> bytes:
    """Return the input, with the life cycle's part in it unless only creation counts."""
    given: str = values["input"]
    if values["lifecycle_scope"] == _CREATE_ONLY:
        return given.encode()
    document: dict[str, Any] = json.loads(given) or {}
    previous = json.loads(before) if before else None
    document[values["terraform_key"]] = {"action": action, "prev_input": previous}
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def _result(call: Call, values: Values, payload: bytes) -> str:
    tenant = {"TenantId": values["tenant_id"]} if values["tenant_id"] else {}
    answer = call.client().invoke(
        FunctionName=values["function_name"],
        Qualifier=values["qualifier"],
        InvocationType="RequestResponse",
        Payload=payload,
        **tenant,
    )
    result: str = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise OperationError(f"the function {values['function_name']} failed: {result}")
    return result
