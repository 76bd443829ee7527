"""What resources of Amazon API Gateway share: ARNs, import ids, tags, the error for "gone"."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from localtender.provider.call import Call
from localtender.provider.checks import one_of
from localtender.provider.errors import OperationError
from localtender.provider.values import Values

NOT_FOUND: Final = ("NotFoundException",)

is_http_method = one_of("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


def gateway_arn(call: Call, path: str) -> str:
    """Return the ARN of an object of the control plane, as in ``/restapis/ID``."""
    return f"arn:{call.partition}:apigateway:{call.region}::{path}"


def execution_arn(call: Call, rest_api_id: str) -> str:
    """Return the ARN by which calls of an API are permitted; stage, verb and path may follow."""
    return f"arn:{call.partition}:execute-api:{call.region}:{call.account_id}:{rest_api_id}"


def identifier_parts(identifier: str, form: str) -> list[str]:
    """Take an import id apart.

    Parameters
    ----------
    form
        Its form as the documentation gives it, as in ``"REST-API-ID/RESOURCE-ID"``; the last part
        may contain slashes.

    Raises
    ------
    OperationError
        When the id has another form.
    """
    parts = identifier.split("/", form.count("/"))
    if len(parts) != form.count("/") + 1 or not all(parts):
        raise OperationError(f"unexpected format of the import id {identifier!r}, expected {form}")
    return parts


def timestamp(moment: datetime) -> str:
    """Return a moment as the provider writes it (RFC 3339, whole seconds)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def change_tags(call: Call, arn: str, changed: dict[str, str], removed: list[str]) -> None:
    """Tag and untag an object of the control plane."""
    if removed:
        call.client().untag_resource(resourceArn=arn, tagKeys=removed)
    if changed:
        call.client().tag_resource(resourceArn=arn, tags=changed)


def given(request: Values) -> Values:
    """Return a request without the members that are not set."""
    return {
        name: value
        for name, value in request.items()
        if value is not None and value not in ("", [], {})
    }
