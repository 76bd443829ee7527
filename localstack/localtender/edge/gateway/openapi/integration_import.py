"""Integrations out of `x-amazon-apigateway-integration`.

After "x-amazon-apigateway-integration object" of the developer guide; defaults and the warning as
recorded on AWS in LocalStack's `test_apigateway_import.snapshot.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from localtender.edge.gateway.control_plane.integrations import checked_integration, templates
from localtender.edge.gateway.control_plane.patching import bad_request
from localtender.edge.gateway.openapi.findings import Findings
from localtender.edge.gateway.state import Integration, IntegrationResponse

_DEFAULT_TIMEOUT = 29_000
_STATUS_CODE = re.compile(r"[1-5]\d\d")


def import_integration(
    given: Mapping[str, Any], path: str, verb: str, resource_id: str, findings: Findings
) -> Integration:
    """The integration that an operation describes; raises BadRequestException where AWS does."""
    kind = _upper(given.get("type")) or ""
    is_http = kind in ("HTTP", "HTTP_PROXY")
    is_mock = kind == "MOCK"
    return checked_integration(
        Integration(
            type=kind,
            http_method=None if is_mock else _upper(given.get("httpMethod")),
            uri=None if is_mock else given.get("uri"),
            connection_type=_upper(given.get("connectionType"))
            or ("INTERNET" if is_http else None),
            connection_id=given.get("connectionId"),
            credentials=given.get("credentials"),
            request_parameters=_request_parameters(given, path, verb, findings),
            request_templates=_templates(given.get("requestTemplates")),
            passthrough_behavior=_upper(given.get("passthroughBehavior")) or "WHEN_NO_MATCH",
            content_handling=_upper(given.get("contentHandling")),
            timeout_in_millis=int(given.get("timeoutInMillis") or _DEFAULT_TIMEOUT),
            cache_namespace=given.get("cacheNamespace") or resource_id,
            cache_key_parameters=tuple(given.get("cacheKeyParameters") or ()),
            insecure_skip_verification=(given.get("tlsConfig") or {}).get(
                "insecureSkipVerification"
            ),
            response_transfer_mode=given.get("responseTransferMode"),
            integration_target=given.get("integrationTarget"),
            responses=_responses(given.get("responses") or {}),
        )
    )


def _upper(text: Any) -> str | None:
    return str(text).upper() if text else None


def _request_parameters(
    given: Mapping[str, Any], path: str, verb: str, findings: Findings
) -> dict[str, str] | None:
    parameters = {}
    for name, value in (given.get("requestParameters") or {}).items():
        if isinstance(value, str):
            parameters[name] = value
            continue
        findings.warnings.append(
            "Invalid format for 'requestParameters'. Expected type string for property "
            f"'{name}' of resource '{path}' and method '{verb}' but got '{json.dumps(value)}'"
        )
    return parameters or None


def _templates(given: Any) -> dict[str, str | None] | None:
    texts = {
        media_type: text if isinstance(text, str) or text is None else json.dumps(text)
        for media_type, text in (given or {}).items()
    }
    return templates({name: text or "" for name, text in texts.items()})


def _responses(given: Mapping[str, Any]) -> dict[str, IntegrationResponse]:
    responses = {}
    for pattern, response in given.items():
        status = str(response.get("statusCode"))
        if not _STATUS_CODE.fullmatch(status):
            raise bad_request("Invalid Response status code specified")
        responses[status] = IntegrationResponse(
            status_code=status,
            selection_pattern=None if pattern == "default" else pattern,
            response_parameters={
                name: str(value)
                for name, value in (response.get("responseParameters") or {}).items()
            }
            or None,
            response_templates=_templates(response.get("responseTemplates")),
            content_handling=_upper(response.get("contentHandling")),
        )
    return responses
