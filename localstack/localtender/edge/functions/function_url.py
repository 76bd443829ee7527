"""Function URLs: HTTP addresses of functions and aliases, and their CORS settings.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from localtender.edge.functions.configuration import modification_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.names import FunctionReference

_ALPHABET = string.ascii_lowercase + string.digits
_IDENTIFIER_LENGTH = 32


def new_url_identifier() -> str:
    """The first label of a new URL's host name."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_IDENTIFIER_LENGTH))


@dataclass(frozen=True)
class FunctionUrl:
    """The URL of a function, or of the alias that `reference` names."""

    reference: FunctionReference
    auth_type: str
    cors: Mapping[str, Any] | None = None
    invoke_mode: str | None = None
    identifier: str = field(default_factory=new_url_identifier)
    created: str = field(default_factory=modification_date)
    last_modified: str = field(default_factory=modification_date)

    def to_api(self, endpoint_url: str) -> dict[str, Any]:
        """As FunctionUrlConfig.

        The host ends in `localhost`, which browsers and curl resolve to loopback by themselves
        (RFC 6761); what does not can use the path `/_aws/lambda-url/IDENTIFIER/` at the endpoint.
        """
        endpoint = urlsplit(endpoint_url)
        host = f"{self.identifier}.lambda-url.{self.reference.region}.localhost"
        document: dict[str, Any] = {
            "FunctionUrl": f"{endpoint.scheme}://{host}:{endpoint.port}/",
            "FunctionArn": self.reference.arn,
            "AuthType": self.auth_type,
            "CreationTime": self.created,
            "LastModifiedTime": self.last_modified,
            "InvokeMode": self.invoke_mode or "BUFFERED",
        }
        if self.cors is not None:
            document["Cors"] = dict(self.cors)
        return document


class FunctionUrls:
    """Finds what a URL's identifier stands for."""

    def __init__(self, registry: FunctionRegistry) -> None:
        self._registry = registry
        self._references: dict[str, FunctionReference] = {}

    def restore(self, functions: list[Function]) -> None:
        """Find the URLs that functions have already."""
        for function in functions:
            for url in function.urls.values():
                self._references[url.identifier] = url.reference

    def keep(self, function: Function, url: FunctionUrl) -> None:
        """Give a function a URL, or a changed one in its place."""
        function.urls[url.reference.qualifier] = url
        self._references[url.identifier] = url.reference

    def remove(self, function: Function, qualifier: str | None) -> None:
        """Take a function's URL away."""
        self._references.pop(function.urls.pop(qualifier).identifier, None)

    def find(self, identifier: str) -> tuple[Function, FunctionUrl] | None:
        """The function and its URL; None also when the function is gone."""
        reference = self._references.get(identifier)
        function = self._registry.find(reference) if reference is not None else None
        if reference is None or function is None:
            return None
        url = function.urls.get(reference.qualifier)
        return (function, url) if url is not None and url.identifier == identifier else None
