"""One call on its way to the engine, and what may be done with it and with its answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from localtender.edge.engine_requests import json_document
from localtender.edge.protocol.messages import Caller, HttpResponse

Document = dict[str, Any]


@dataclass(frozen=True)
class EngineCall:
    """A call, who makes it, and the way to the engine.

    Attributes
    ----------
    parameters
        The input by member names, those of the path included.
    document
        The body as it came, in JSON; empty without one.
    forward
        Has the engine answer the call as it came.
    """

    parameters: Mapping[str, Any]
    document: Document
    caller: Caller
    forward: Callable[[], Awaitable[HttpResponse]]

    @property
    def scope(self) -> tuple[str, str]:
        """Account and region."""
        return self.caller.account_id, self.caller.region


Addition = Callable[[EngineCall], Awaitable[HttpResponse]]
"""Answers a call, with the engine's help or without."""


class EngineAdditions(Protocol):
    """Additions to one service of the engine."""

    def additions(self) -> Mapping[tuple[str, str], Addition]:
        """By botocore's name of the service and the operation's name."""
        ...


def succeeded(response: HttpResponse) -> bool:
    """Whether the engine did what it was asked."""
    return response.status < 300


def answered(response: HttpResponse) -> Document:
    """The members of an answer in JSON."""
    return json_document(response.body)


def with_document(response: HttpResponse, document: Mapping[str, Any]) -> HttpResponse:
    """The same answer with other members."""
    return replace(response, body=json.dumps(document).encode())
