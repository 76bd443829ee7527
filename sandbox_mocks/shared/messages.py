"""The request and the answer as a provider's model sees them, whatever carried them."""

from __future__ import annotations

from dataclasses import dataclass, field

Headers = tuple[tuple[str, str], ...]


def first_header(headers: Headers, name: str) -> str | None:
    """Return the first value of a header, whatever its case, or None."""
    wanted = name.lower()
    for present, value in headers:
        if present.lower() == wanted:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a provider's API.

    ``path`` is decoded and begins at the provider's own root (``/v1/...``); ``base_url`` is the
    address of that root as the client reached it, for the links in answers.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = ()
    body: bytes = b""
    base_url: str = ""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever its case, or None."""
        return first_header(self.headers, name)

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter, or None."""
        for present, value in self.query:
            if present == name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider says: status, headers (without ``Content-Length``), body."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"")

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever its case, or None."""
        return first_header(self.headers, name)


def with_headers(answer: Answer, headers: Headers) -> Answer:
    """Return the answer with headers added, in place of those of the same name."""
    if not headers:
        return answer
    replaced = {name.lower() for name, _ in headers}
    kept = tuple(pair for pair in answer.headers if pair[0].lower() not in replaced)
    return Answer(answer.status, kept + headers, answer.body)
