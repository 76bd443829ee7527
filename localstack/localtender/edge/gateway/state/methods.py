"""Resources with their methods, and what these are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from localtender.edge.gateway.state.texts import TextMap


@dataclass(frozen=True)
class IntegrationResponse:
    """How an integration's outcome becomes a method response; templates may be null as on AWS."""

    status_code: str
    selection_pattern: str | None = None
    response_parameters: TextMap | None = None
    response_templates: Mapping[str, str | None] | None = None
    content_handling: str | None = None


@dataclass(frozen=True)
class Integration:
    """A method's backend; `timeout_in_millis` is milliseconds."""

    type: str
    http_method: str | None = None
    uri: str | None = None
    connection_type: str | None = None
    connection_id: str | None = None
    credentials: str | None = None
    request_parameters: TextMap | None = None
    request_templates: Mapping[str, str | None] | None = None
    passthrough_behavior: str = "WHEN_NO_MATCH"
    content_handling: str | None = None
    timeout_in_millis: int = 29_000
    cache_namespace: str | None = None
    cache_key_parameters: tuple[str, ...] = ()
    insecure_skip_verification: bool | None = None
    response_transfer_mode: str | None = None
    integration_target: str | None = None
    responses: Mapping[str, IntegrationResponse] = field(default_factory=dict)


@dataclass(frozen=True)
class MethodResponse:
    """A status code that a method may answer, with its headers (required or not) and models."""

    status_code: str
    response_parameters: Mapping[str, bool] | None = None
    response_models: TextMap | None = None


@dataclass(frozen=True)
class Method:
    """An HTTP verb of a resource, or ANY."""

    http_method: str
    authorization_type: str = "NONE"
    authorizer_id: str | None = None
    api_key_required: bool = False
    request_validator_id: str | None = None
    operation_name: str | None = None
    request_parameters: Mapping[str, bool] | None = None
    request_models: TextMap | None = None
    authorization_scopes: tuple[str, ...] = ()
    responses: Mapping[str, MethodResponse] = field(default_factory=dict)
    integration: Integration | None = None


@dataclass(frozen=True)
class Resource:
    """A node of the API's path tree; `path` is the whole path, the root's is `/`."""

    id: str
    path: str
    parent_id: str | None = None
    path_part: str | None = None
    methods: Mapping[str, Method] = field(default_factory=dict)
