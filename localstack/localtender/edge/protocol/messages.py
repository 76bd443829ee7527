"""The HTTP values that pass between the edge and the services behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True)
class Caller:
    """Who signed a request, as far as its SigV4 credential scope says.

    `account_id` is twelve digits; `region` an AWS region name.
    """

    account_id: str
    region: str
    access_key_id: str | None = None


@dataclass(frozen=True)
class HttpRequest:
    """A request as the client sent it.

    `raw_path` and `raw_query` are still percent-encoded, `query` is decoded with order and
    repetition kept, and header names keep the case of the wire: a proxy event shows them as they
    came.
    """

    method: str
    raw_path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    http_version: str
    scheme: str
    request_id: str
    raw_query: str = ""

    @property
    def path(self) -> str:
        """The percent-decoded path."""
        return unquote(self.raw_path)

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return None

    def header_values(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in the order sent."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True)
class HttpResponse:
    """An answer; `headers` keep the case they are to have on the wire.

    With `stream` the body is what that gives, as it comes. One that raises BrokenBodyError leaves
    the response unfinished, which the client sees.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    stream: AsyncIterator[bytes] | None = None


class BrokenBodyError(Exception):
    """A response can't be finished after its beginning has been sent."""
