"""From an HTTP method and path to the operation of a REST service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.model import OperationModel, ServiceModel


@dataclass(frozen=True)
class OperationMatch:
    """An operation and the values of its URI labels, percent-decoded."""

    operation: OperationModel
    labels: dict[str, str]


@dataclass(frozen=True)
class _Route:
    operation: OperationModel
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    required: tuple[tuple[str, str], ...]

    @property
    def specificity(self) -> tuple[int, int, int, bool]:
        literals = sum(1 for segment in self.segments if not segment.startswith("{"))
        return len(self.query), literals, len(self.required), not self.operation.deprecated

    def is_asked_by(self, query: tuple[tuple[str, str], ...], headers: frozenset[str]) -> bool:
        """Whether a request has the fixed query and the parameters without which it is another."""
        names = {name for name, _ in query}
        return all(pair in query for pair in self.query) and all(
            name in names if location == "querystring" else name in headers
            for location, name in self.required
        )


class OperationRouter:
    """Matches requests against the `http` traits of a service's operations.

    Literal segments win over labels, and routes with a fixed query string (`?mode=import`) over
    those without. With `tell_by_parameters`, operations at one path are told apart by the query
    parameters and headers that they require, as S3's are (`uploadId`, `x-amz-copy-source`); else
    a request without a required parameter is still the operation's, which refuses it.
    """

    def __init__(self, service: ServiceModel, *, tell_by_parameters: bool = False) -> None:
        routes: dict[str, list[_Route]] = {}
        for name in service.operation_names:
            operation = service.operation_model(name)
            path, _, query = operation.http["requestUri"].partition("?")
            route = _Route(
                operation=operation,
                segments=_segments(path),
                query=tuple(parse_qsl(query, keep_blank_values=True)),
                required=_required(operation) if tell_by_parameters else (),
            )
            routes.setdefault(operation.http["method"], []).append(route)
        for candidates in routes.values():
            candidates.sort(key=lambda route: route.specificity, reverse=True)
        self._routes = routes

    def match(
        self,
        method: str,
        raw_path: str,
        query: tuple[tuple[str, str], ...],
        headers: frozenset[str] = frozenset(),
    ) -> OperationMatch | None:
        """The operation a request names, or None when the service has none such.

        `headers` are the names of the request's headers in lower case.
        """
        segments = _segments(raw_path)
        for route in self._routes.get(method, ()):
            if not route.is_asked_by(query, headers):
                continue
            labels = _match_segments(route.segments, segments, raw_path)
            if labels is not None:
                return OperationMatch(route.operation, labels)
        return None


def _required(operation: OperationModel) -> tuple[tuple[str, str], ...]:
    shape: Any = operation.input_shape
    if shape is None:
        return ()
    found = []
    for name in shape.required_members:
        serialization = shape.members[name].serialization
        wire_name = serialization.get("name", name)
        if serialization.get("location") == "querystring":
            found.append(("querystring", wire_name))
        elif serialization.get("location") == "header":
            found.append(("header", wire_name.lower()))
    return tuple(found)


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/")) if path.strip("/") else ()


def _match_segments(
    pattern: tuple[str, ...], segments: tuple[str, ...], raw_path: str
) -> dict[str, str] | None:
    labels: dict[str, str] = {}
    for index, part in enumerate(pattern):
        if part.startswith("{") and part.endswith("+}"):
            rest = segments[index:]
            if not rest:
                return None
            # A greedy label takes the end of the path as it is: S3's key `folder/` is its own.
            end = "/" if raw_path.endswith("/") else ""
            labels[part[1:-2]] = unquote("/".join(rest)) + end
            return labels
        if index >= len(segments):
            return None
        if part.startswith("{"):
            labels[part[1:-1]] = unquote(segments[index])
        elif part != segments[index]:
            return None
    return labels if len(pattern) == len(segments) else None
