"""What API Gateway keeps, as immutable values.

A REST API is one value: every change makes a new one that shares what did not change. A
deployment therefore captures the API for good by just keeping the value it was made from.
Mappings are never changed in place. Field names follow the API reference ("Amazon API Gateway
REST API reference, Data types"); None means that AWS leaves the member out.
"""

from __future__ import annotations

from localtender.edge.gateway.state.documentation import (
    DocumentationLocation,
    DocumentationPart,
    DocumentationVersion,
)
from localtender.edge.gateway.state.domain_names import BasePathMapping, DomainName, TrustStore
from localtender.edge.gateway.state.endpoints import EndpointConfiguration
from localtender.edge.gateway.state.methods import (
    Integration,
    IntegrationResponse,
    Method,
    MethodResponse,
    Resource,
)
from localtender.edge.gateway.state.regions import ClientCertificate, RegionState, VpcLink
from localtender.edge.gateway.state.request_checks import Authorizer, Model, RequestValidator
from localtender.edge.gateway.state.rest_apis import Deployment, GatewayResponse, RestApi
from localtender.edge.gateway.state.stages import (
    AccessLogSettings,
    CanarySettings,
    MethodSettings,
    Stage,
)
from localtender.edge.gateway.state.texts import TextMap
from localtender.edge.gateway.state.usage_plans import (
    ApiKey,
    ApiStage,
    QuotaSettings,
    ThrottleSettings,
    UsagePlan,
)

__all__ = [
    "AccessLogSettings",
    "ApiKey",
    "ApiStage",
    "Authorizer",
    "BasePathMapping",
    "CanarySettings",
    "ClientCertificate",
    "Deployment",
    "DocumentationLocation",
    "DocumentationPart",
    "DocumentationVersion",
    "DomainName",
    "EndpointConfiguration",
    "GatewayResponse",
    "Integration",
    "IntegrationResponse",
    "Method",
    "MethodResponse",
    "MethodSettings",
    "Model",
    "QuotaSettings",
    "RegionState",
    "RequestValidator",
    "Resource",
    "RestApi",
    "Stage",
    "TextMap",
    "ThrottleSettings",
    "TrustStore",
    "UsagePlan",
    "VpcLink",
]
