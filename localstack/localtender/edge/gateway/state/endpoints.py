"""How clients reach an API or a domain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EndpointConfiguration:
    """How clients reach the API: EDGE, REGIONAL or PRIVATE, and by which IP versions."""

    types: tuple[str, ...] = ("EDGE",)
    ip_address_type: str = "ipv4"
    vpc_endpoint_ids: tuple[str, ...] = ()
