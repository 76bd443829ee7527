"""The settings of a REST API as they may be kept.

After "RestApi" of the API Gateway API reference; messages as recorded on AWS in LocalStack's
`test_apigateway_api.snapshot.json`.
"""

from __future__ import annotations

import json

from localtender.edge.gateway.control_plane.patching import (
    bad_request,
)
from localtender.edge.gateway.control_plane.quotas import check_policy_size
from localtender.edge.gateway.state import EndpointConfiguration

ENDPOINT_TYPES = ("REGIONAL", "EDGE", "PRIVATE")
_LARGEST_COMPRESSION_SIZE = 10_485_760
COMPRESSION_MESSAGE = "Invalid minimum compression size, must be between 0 and 10485760"


def checked_policy(text: str | None) -> str | None:
    """The resource policy as it may be kept; raises BadRequestException."""
    if not text:
        return None
    try:
        document = json.loads(text)
    except ValueError:
        raise bad_request("Invalid policy document. Please check the policy syntax.") from None
    check_policy_size(text)
    if not isinstance(document, dict) or "Statement" not in document:
        raise bad_request("Invalid policy document. Please check the policy syntax.")
    return text


def checked_compression_size(size: int | None) -> int | None:
    """The minimum compression size in bytes; raises BadRequestException."""
    if size is not None and not 0 <= size <= _LARGEST_COMPRESSION_SIZE:
        raise bad_request(COMPRESSION_MESSAGE)
    return size


def checked_api_key_source(source: str) -> str:
    """Where API keys come from; raises BadRequestException."""
    if source not in ("HEADER", "AUTHORIZER"):
        raise bad_request("Invalid API key source specified. Must be one of: [HEADER, AUTHORIZER]")
    return source


def checked_endpoint(endpoint: EndpointConfiguration) -> EndpointConfiguration:
    """The endpoint configuration as it may be kept; raises BadRequestException."""
    if any(kind not in ENDPOINT_TYPES for kind in endpoint.types):
        raise bad_request(
            f"Invalid EndpointTypes specified. Valid options are {','.join(ENDPOINT_TYPES)}"
        )
    if endpoint.ip_address_type not in ("ipv4", "dualstack"):
        raise bad_request("ipAddressType must be either ipv4 or dualstack.")
    if "PRIVATE" in endpoint.types and endpoint.ip_address_type == "ipv4":
        raise bad_request("Only dualstack ipAddressType is supported for Private APIs.")
    return endpoint
