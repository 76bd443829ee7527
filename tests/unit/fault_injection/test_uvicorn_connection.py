"""What the sandbox's broken connections need of uvicorn's insides; fails when these move."""

from __future__ import annotations

import inspect

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fault_injection.connection import EXTENSION, Connection, connection_of


def test_uvicorn_still_builds_the_scope_as_a_message_begins() -> None:
    source = inspect.getsource(HttpToolsProtocol.on_message_begin)

    assert "self.scope = {" in source


def test_uvicorn_still_keeps_the_transport_of_the_connection() -> None:
    source = inspect.getsource(HttpToolsProtocol.connection_made)

    assert "self.transport = transport" in source


@pytest.mark.parametrize("scope", [{}, {"extensions": {}}, {"extensions": {EXTENSION: None}}])
def test_without_the_extension_a_broken_connection_is_an_exception(
    scope: dict[str, object],
) -> None:
    with pytest.raises(ConnectionResetError):
        connection_of(scope)


def test_the_extension_is_found_in_the_scope() -> None:
    connection = Connection(None)  # type: ignore[arg-type]

    assert connection_of({"extensions": {EXTENSION: connection}}) is connection
