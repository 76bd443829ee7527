"""Everything of one account in one region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from localtender.edge.gateway.state.domain_names import DomainName
from localtender.edge.gateway.state.rest_apis import RestApi
from localtender.edge.gateway.state.texts import TextMap
from localtender.edge.gateway.state.usage_plans import ApiKey, UsagePlan


@dataclass(frozen=True)
class ClientCertificate:
    """A certificate by which API Gateway shows itself to backends; `pem` has no private key."""

    id: str
    pem: str
    created_date: datetime
    expiration_date: datetime
    description: str | None = None
    tags: TextMap = field(default_factory=dict)


@dataclass(frozen=True)
class VpcLink:
    """A way to a network load balancer in a VPC, by which integrations reach their backends."""

    id: str
    name: str
    target_arns: tuple[str, ...]
    description: str | None = None
    tags: TextMap = field(default_factory=dict)


@dataclass(frozen=True)
class RegionState:
    """All of API Gateway in one account and region."""

    rest_apis: Mapping[str, RestApi] = field(default_factory=dict)
    api_keys: Mapping[str, ApiKey] = field(default_factory=dict)
    usage_plans: Mapping[str, UsagePlan] = field(default_factory=dict)
    domain_names: Mapping[str, DomainName] = field(default_factory=dict)
    client_certificates: Mapping[str, ClientCertificate] = field(default_factory=dict)
    vpc_links: Mapping[str, VpcLink] = field(default_factory=dict)
    cloudwatch_role_arn: str | None = None
