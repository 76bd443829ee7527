"""How a connection of EventBridge authorizes, as the API takes it and answers it.

The API takes secrets and never gives them back ("ConnectionAuthResponseParameters").
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from localtender.provider.blocks import Fields, Structure
from localtender.provider.values import Values

_PLACES: Final = {
    "body": "BodyParameters",
    "header": "HeaderParameters",
    "query_string": "QueryStringParameters",
}
_HTTP: Final[Fields] = {
    place: Structure(
        member, {"is_value_secret": "IsValueSecret", "key": "Key", "value": "Value"}, many=True
    )
    for place, member in _PLACES.items()
}
AUTHORIZATION: Final = Structure(
    "AuthParameters",
    {
        "api_key": Structure("ApiKeyAuthParameters", {"key": "ApiKeyName", "value": "ApiKeyValue"}),
        "basic": Structure("BasicAuthParameters", {"password": "Password", "username": "Username"}),
        "invocation_http_parameters": Structure("InvocationHttpParameters", _HTTP),
        "oauth": Structure(
            "OAuthParameters",
            {
                "authorization_endpoint": "AuthorizationEndpoint",
                "client_parameters": Structure(
                    "ClientParameters", {"client_id": "ClientID", "client_secret": "ClientSecret"}
                ),
                "http_method": "HttpMethod",
                "oauth_http_parameters": Structure("OAuthHttpParameters", _HTTP),
            },
        ),
    },
)
SECRETS: Final = (
    "auth_parameters.api_key.value",
    "auth_parameters.basic.password",
    "auth_parameters.oauth.client_parameters.client_secret",
    *(f"auth_parameters.invocation_http_parameters.{place}.value" for place in _PLACES),
    *(f"auth_parameters.oauth.oauth_http_parameters.{place}.value" for place in _PLACES),
)


def with_known_secrets(found: list[Values], known: list[Values] | None) -> list[Values]:
    """Return the blocks with the secrets that the known ones have and AWS does not give back."""
    for path in SECRETS:
        _, *steps, name = path.split(".")
        _each(found, known or [], steps, partial(_fill, name=name))
    return found


def _fill(block: Values, before: Values, *, name: str) -> None:
    if block.get(name) is None:
        block[name] = before.get(name)


def _each(
    found: list[Values],
    known: list[Values],
    steps: list[str],
    act: Callable[[Values, Values], None],
) -> None:
    for block, before in zip(found, known, strict=False):
        if steps:
            _each(block.get(steps[0]) or [], before.get(steps[0]) or [], steps[1:], act)
        else:
            act(block, before)
