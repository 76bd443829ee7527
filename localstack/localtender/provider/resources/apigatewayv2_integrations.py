"""Amazon API Gateway V2: integrations, the backends of routes, and their responses.

Arguments, defaults and replace rules follow the documentation of ``aws_apigatewayv2_integration``
and ``aws_apigatewayv2_integration_response``.
"""

from __future__ import annotations

from typing import Final

from localtender.provider.blocks import Structure
from localtender.provider.call import Call
from localtender.provider.checks import is_arn, length, one_of
from localtender.provider.declaration import Change
from localtender.provider.resources.api_gateway_names import is_http_method
from localtender.provider.resources.apigatewayv2_parts import Part
from localtender.provider.values import Values

_FUNCTIONS: Final = ("AWS", "AWS_PROXY")
_PASSED_THROUGH: Final = "WHEN_NO_MATCH"
_is_content_handling = one_of("CONVERT_TO_BINARY", "CONVERT_TO_TEXT")


class Integration(Part):
    """``aws_apigatewayv2_integration``; its id is the one that the gateway gives."""

    type_name = "aws_apigatewayv2_integration"
    replaces = ("api_id", "integration_subtype", "integration_type")
    defaults = {
        "connection_type": "INTERNET",
        "passthrough_behavior": _PASSED_THROUGH,
        "payload_format_version": "1.0",
    }
    element_keys = {"response_parameters": ("status_code",)}
    checks = {
        "connection_id": length(1, 1024),
        "connection_type": one_of("INTERNET", "VPC_LINK"),
        "content_handling_strategy": _is_content_handling,
        "credentials_arn": is_arn,
        "integration_method": is_http_method,
        "integration_subtype": length(1, 128),
        "integration_type": one_of("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"),
        "passthrough_behavior": one_of("NEVER", _PASSED_THROUGH, "WHEN_NO_TEMPLATES"),
        "payload_format_version": one_of("1.0", "2.0"),
    }
    noun = "integration"
    fields = {
        "connection_id": "ConnectionId",
        "connection_type": "ConnectionType",
        "content_handling_strategy": "ContentHandlingStrategy",
        "credentials_arn": "CredentialsArn",
        "description": "Description",
        "integration_method": "IntegrationMethod",
        "integration_subtype": "IntegrationSubtype",
        "integration_type": "IntegrationType",
        "integration_uri": "IntegrationUri",
        "passthrough_behavior": "PassthroughBehavior",
        "payload_format_version": "PayloadFormatVersion",
        "request_parameters": "RequestParameters",
        "request_templates": "RequestTemplates",
        "template_selection_expression": "TemplateSelectionExpression",
        "timeout_milliseconds": "TimeoutInMillis",
        "tls_config": Structure("TlsConfig", {"server_name_to_verify": "ServerNameToVerify"}),
    }

    def request(self, call: Call, values: Values) -> Values:
        """Return the members, the mappings of responses by status."""
        request = super().request(call, values)
        if values["response_parameters"]:
            request["ResponseParameters"] = {
                block["status_code"]: block["mappings"] for block in values["response_parameters"]
            }
        return request

    def state(self, call: Call, known: Values, answer: Values) -> Values:
        """Return the attributes; what the gateway fills in where nothing is said is left out."""
        state = super().state(call, known, answer)
        # HTTP APIs have no such behaviour and are not answered any.
        state["passthrough_behavior"] = answer.get("PassthroughBehavior") or _PASSED_THROUGH
        if (
            answer["IntegrationType"] in _FUNCTIONS
            and answer.get("IntegrationMethod") == "POST"
            and not known.get("integration_method")
        ):
            # Functions are always called by POST.
            state["integration_method"] = None
        state["integration_response_selection_expression"] = answer.get(
            "IntegrationResponseSelectionExpression"
        )
        state["response_parameters"] = [
            {"mappings": mappings, "status_code": status}
            for status, mappings in (answer.get("ResponseParameters") or {}).items()
            if mappings
        ]
        return state

    def changed_members(self, call: Call, change: Change) -> Values:
        """Say what kind it is, and clear single entries by sending them empty."""
        members = super().changed_members(call, change)
        prior, planned = self.request(call, change.prior), self.request(call, change.planned)
        for name, empty in (("RequestParameters", ""), ("ResponseParameters", {})):
            if name in members:
                gone: Values = dict.fromkeys(prior.get(name, {}), empty)
                members[name] = {**gone, **planned.get(name, {})}
        always = ("IntegrationType", "IntegrationSubtype")
        return {**{name: planned[name] for name in always if name in planned}, **members}


class IntegrationResponse(Part):
    """``aws_apigatewayv2_integration_response``; its id is the one that the gateway gives."""

    type_name = "aws_apigatewayv2_integration_response"
    replaces = ("api_id", "integration_id")
    checks = {"content_handling_strategy": _is_content_handling}
    owners = {"api_id": "ApiId", "integration_id": "IntegrationId"}
    noun = "integration_response"
    fields = {
        "content_handling_strategy": "ContentHandlingStrategy",
        "integration_response_key": "IntegrationResponseKey",
        "response_templates": "ResponseTemplates",
        "template_selection_expression": "TemplateSelectionExpression",
    }
