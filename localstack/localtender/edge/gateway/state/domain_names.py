"""Domains of the account and the APIs below them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from localtender.edge.gateway.state.endpoints import EndpointConfiguration
from localtender.edge.gateway.state.texts import TextMap


@dataclass(frozen=True)
class BasePathMapping:
    """The API behind a base path of a domain; without a stage the path names that as well."""

    base_path: str
    api_id: str
    stage: str | None = None


@dataclass(frozen=True)
class TrustStore:
    """Where the certificates of the authorities lie that clients of a domain must show one of."""

    uri: str
    version: str | None = None


@dataclass(frozen=True)
class DomainName:
    """A domain of the account's own; `mappings` are by base path, `(none)` is the whole domain."""

    name: str
    endpoint_configuration: EndpointConfiguration
    target: str
    certificate_name: str | None = None
    certificate_arn: str | None = None
    regional_certificate_name: str | None = None
    regional_certificate_arn: str | None = None
    security_policy: str = "TLS_1_2"
    ownership_verification_certificate_arn: str | None = None
    trust_store: TrustStore | None = None
    routing_mode: str = "BASE_PATH_MAPPING_ONLY"
    policy: str | None = None
    upload_date: datetime | None = None
    tags: TextMap = field(default_factory=dict)
    mappings: Mapping[str, BasePathMapping] = field(default_factory=dict)
