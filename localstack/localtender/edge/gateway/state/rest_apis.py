"""A whole REST API, and the deployments that capture it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from localtender.edge.gateway.state.documentation import DocumentationPart, DocumentationVersion
from localtender.edge.gateway.state.endpoints import EndpointConfiguration
from localtender.edge.gateway.state.methods import Resource
from localtender.edge.gateway.state.request_checks import Authorizer, Model, RequestValidator
from localtender.edge.gateway.state.stages import Stage
from localtender.edge.gateway.state.texts import TextMap


@dataclass(frozen=True)
class GatewayResponse:
    """How one type of error is told to clients, where the API says so."""

    response_type: str
    status_code: str | None = None
    response_parameters: TextMap = field(default_factory=dict)
    response_templates: TextMap = field(default_factory=dict)


@dataclass(frozen=True)
class Deployment:
    """An immutable snapshot of an API; `snapshot` has no deployments or stages of its own."""

    id: str
    created_date: datetime
    snapshot: RestApi
    description: str | None = None


@dataclass(frozen=True)
class RestApi:
    """A REST API with everything in it; `minimum_compression_size` is bytes."""

    id: str
    name: str
    created_date: datetime
    root_resource_id: str
    description: str | None = None
    version: str | None = None
    binary_media_types: tuple[str, ...] = ()
    minimum_compression_size: int | None = None
    api_key_source: str = "HEADER"
    endpoint_configuration: EndpointConfiguration = field(default_factory=EndpointConfiguration)
    policy: str | None = None
    disable_execute_api_endpoint: bool = False
    security_policy: str | None = None
    endpoint_access_mode: str | None = None
    tags: TextMap = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    request_validators: Mapping[str, RequestValidator] = field(default_factory=dict)
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)
    documentation_parts: Mapping[str, DocumentationPart] = field(default_factory=dict)
    documentation_versions: Mapping[str, DocumentationVersion] = field(default_factory=dict)
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)
