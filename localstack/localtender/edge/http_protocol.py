"""The edge's HTTP/1.1 protocol: header names in the case the client sent them.

An ASGI scope has header names in lower case, while an API Gateway proxy event shows them as they
came. This subclass of uvicorn 0.54.0's `HttpToolsProtocol`, whose connections a fault can break
(`fault_injection.connection`), overrides its `on_message_begin`,
`on_header` and `on_headers_complete` and keeps the names beside the scope's headers, under the
scope extension `localtender.header_names`. Trailers of a chunked body are dropped, as API Gateway
drops them: uvicorn would add them to the headers of a request that is already being served.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from fault_injection.connection import ResettableHttpProtocol

HEADER_NAMES_EXTENSION = "localtender.header_names"


class HeaderCaseProtocol(ResettableHttpProtocol):
    """Uvicorn's HTTP/1.1 protocol, with the original header names in the scope."""

    def on_message_begin(self) -> None:
        """Start a message: a list of names of its own."""
        super().on_message_begin()
        self._header_names: list[bytes] = []
        self._headers_are_complete = False
        scope = cast("dict[str, Any]", self.scope)
        scope["extensions"][HEADER_NAMES_EXTENSION] = self._header_names

    def on_header(self, name: bytes, value: bytes) -> None:
        """Remember the name as sent, then let uvicorn do its part."""
        if not self._headers_are_complete:
            self._header_names.append(name)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Take what is called a header from here on for a trailer."""
        self._headers_are_complete = True
        super().on_headers_complete()


def wire_headers(scope: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """The scope's headers with names as sent, where the server kept them."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    names = scope.get("extensions", {}).get(HEADER_NAMES_EXTENSION) or [name for name, _ in headers]
    for name, (_, value) in zip(names, headers, strict=True):
        yield name.decode("latin-1"), value.decode("latin-1")
