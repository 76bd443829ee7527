"""The order of enumerations in messages, as recorded on AWS in LocalStack's snapshots."""

from __future__ import annotations

from typing import Any

import pytest

from localtender.edge.protocol.enumerations import enumeration_order
from localtender.edge.protocol.models import ServiceModels


@pytest.mark.parametrize(
    ("service", "shape_name", "recorded"),
    [
        ("apigateway", "EndpointType", "PRIVATE, EDGE, REGIONAL"),
        ("apigateway", "IntegrationType", "HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS"),
        ("apigateway", "IpAddressType", "ipv4, dualstack"),
        ("apigateway", "Op", "add, remove, move, test, replace, copy"),
        (
            "apigateway",
            "DocumentationPartType",
            "RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, "
            "PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER",
        ),
        (
            "apigateway",
            "GatewayResponseType",
            "REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, "
            "MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, "
            "BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, "
            "ACCESS_DENIED, DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, "
            "API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN",
        ),
        ("lambda", "EventSourcePosition", "LATEST, AT_TIMESTAMP, TRIM_HORIZON"),
        ("lambda", "Architecture", "x86_64, arm64"),
        ("lambda", "SnapStartApplyOn", "PublishedVersions, None"),
    ],
)
def test_the_values_of_an_enumeration_stand_in_the_recorded_order(
    service: str, shape_name: str, recorded: str
) -> None:
    enumeration: Any = ServiceModels().get(service).shape_for(shape_name)

    assert ", ".join(enumeration_order(enumeration.enum)) == recorded
