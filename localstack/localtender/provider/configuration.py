"""The ``provider "aws"`` block, read together with the environment of the calling Terraform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from localtender.provider.endpoints import configured_endpoint, service_endpoints
from localtender.provider.tags import TagRules
from localtender.provider.values import UNKNOWN, Value, Values, is_wholly_known

DEFAULT_REGION: Final = "us-east-1"
DEFAULT_ACCOUNT_ID: Final = "000000000000"
_PLACEHOLDER_CREDENTIAL: Final = "test"
_DEFAULT_TAGS_VARIABLE: Final = "TF_AWS_DEFAULT_TAGS_"


@dataclass(frozen=True)
class Credentials:
    """What requests are signed with; an engine tells accounts apart by the access key."""

    access_key: str = _PLACEHOLDER_CREDENTIAL
    secret_key: str = field(default=_PLACEHOLDER_CREDENTIAL, repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ProviderConfiguration:
    """One configured provider: one ``provider`` block, or one alias.

    ``region_is_unknown`` while the region comes from a resource that is not there yet; ``region``
    is then what would count without the argument.
    """

    endpoint_url: str
    service_endpoints: Mapping[str, str] = field(default_factory=dict)
    region: str = DEFAULT_REGION
    region_is_unknown: bool = False
    credentials: Credentials = field(default_factory=Credentials)
    tag_rules: TagRules = field(default_factory=TagRules)
    allowed_account_ids: tuple[str, ...] = ()
    forbidden_account_ids: tuple[str, ...] = ()

    def endpoint(self, service: str) -> str:
        """Return the address of a service, given by its boto3 name."""
        return self.service_endpoints.get(service.replace("-", ""), self.endpoint_url)


def read_configuration(
    block: Values, environment: Mapping[str, str], default_endpoint: str
) -> ProviderConfiguration:
    """Read the provider block; what it leaves open comes from the environment.

    Profiles and shared credential files are never read: this provider needs no real credentials,
    and must not use any.

    Raises
    ------
    RefusedEndpointError
        When an endpoint is not on this machine.
    """
    endpoints: dict[str, str | None] = {}
    for item in _blocks(block, "endpoints"):
        endpoints |= {name: _text(url) for name, url in item.items()}
    return ProviderConfiguration(
        endpoint_url=configured_endpoint(
            "AWS_ENDPOINT_URL", environment.get("AWS_ENDPOINT_URL") or default_endpoint
        ),
        service_endpoints=service_endpoints(endpoints, environment),
        region=_text(block.get("region"))
        or environment.get("AWS_REGION")
        or environment.get("AWS_DEFAULT_REGION")
        or DEFAULT_REGION,
        region_is_unknown=block.get("region") is UNKNOWN,
        credentials=_credentials(block, environment),
        tag_rules=_tag_rules(block, environment),
        allowed_account_ids=tuple(_texts(block.get("allowed_account_ids"))),
        forbidden_account_ids=tuple(_texts(block.get("forbidden_account_ids"))),
    )


def configuration_of_environment(
    environment: Mapping[str, str], endpoint_url: str
) -> ProviderConfiguration:
    """Return the configuration of a provider that has no argument about AWS."""
    return ProviderConfiguration(endpoint_url, credentials=_credentials({}, environment))


def _credentials(block: Values, environment: Mapping[str, str]) -> Credentials:
    configured = _text(block.get("access_key"))
    if configured:
        return Credentials(
            configured,
            _text(block.get("secret_key")) or _PLACEHOLDER_CREDENTIAL,
            _text(block.get("token")),
        )
    return Credentials(
        environment.get("AWS_ACCESS_KEY_ID") or _PLACEHOLDER_CREDENTIAL,
        environment.get("AWS_SECRET_ACCESS_KEY") or _PLACEHOLDER_CREDENTIAL,
        environment.get("AWS_SESSION_TOKEN") or None,
    )


def _tag_rules(block: Values, environment: Mapping[str, str]) -> TagRules:
    default = {
        name.removeprefix(_DEFAULT_TAGS_VARIABLE): value
        for name, value in environment.items()
        if name.startswith(_DEFAULT_TAGS_VARIABLE)
    }
    default_is_unknown = block.get("default_tags") is UNKNOWN
    for item in _blocks(block, "default_tags"):
        tags = item.get("tags")
        default_is_unknown = default_is_unknown or not is_wholly_known(tags)
        default |= {
            key: value
            for key, value in (tags if isinstance(tags, dict) else {}).items()
            if isinstance(value, str)
        }
    keys: set[str] = set()
    prefixes: list[str] = []
    for item in _blocks(block, "ignore_tags"):
        keys |= set(_texts(item.get("keys")))
        prefixes += _texts(item.get("key_prefixes"))
    return TagRules(default, frozenset(keys), tuple(prefixes), default_is_unknown)


def _blocks(block: Values, name: str) -> list[Values]:
    found = block.get(name)
    return [] if found is None or found is UNKNOWN else [item for item in found if item]


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: Value) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def account_id_of(credentials: Credentials) -> str:
    """Return the account that the access key stands for: itself if it is twelve digits."""
    key = credentials.access_key
    return key if re.fullmatch(r"\d{12}", key) else DEFAULT_ACCOUNT_ID
