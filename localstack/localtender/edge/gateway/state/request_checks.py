"""What a request is held against before it reaches a backend: models, validators, authorizers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """A named JSON schema (draft 4)."""

    id: str
    name: str
    content_type: str
    schema: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class RequestValidator:
    """Which parts of a request are checked before the integration is called."""

    id: str
    name: str
    validate_request_body: bool = False
    validate_request_parameters: bool = False


@dataclass(frozen=True)
class Authorizer:
    """Who decides on access; `result_ttl_in_seconds` is how long a decision is kept.

    AWS does not show the TTL of an authorizer that was imported without one.
    """

    id: str
    name: str
    type: str
    provider_arns: tuple[str, ...] = ()
    auth_type: str | None = None
    authorizer_uri: str | None = None
    authorizer_credentials: str | None = None
    identity_source: str | None = None
    identity_validation_expression: str | None = None
    result_ttl_in_seconds: int = 300
    shows_result_ttl: bool = True
