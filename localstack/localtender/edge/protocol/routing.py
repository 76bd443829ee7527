"""From an HTTP method and path to the operation of a REST-JSON service."""

from __future__ import annotations

from dataclasses import dataclass
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

    @property
    def specificity(self) -> tuple[int, int]:
        literals = sum(1 for segment in self.segments if not segment.startswith("{"))
        return len(self.query), literals


class OperationRouter:
    """Matches requests against the `http` traits of a service's operations.

    Literal segments win over labels, and routes with a fixed query string (`?mode=import`) over
    those without.
    """

    def __init__(self, service: ServiceModel) -> None:
        routes: dict[str, list[_Route]] = {}
        for name in service.operation_names:
            operation = service.operation_model(name)
            path, _, query = operation.http["requestUri"].partition("?")
            route = _Route(
                operation=operation,
                segments=_segments(path),
                query=tuple(parse_qsl(query, keep_blank_values=True)),
            )
            routes.setdefault(operation.http["method"], []).append(route)
        for candidates in routes.values():
            candidates.sort(key=lambda route: route.specificity, reverse=True)
        self._routes = routes

    def match(
        self, method: str, raw_path: str, query: tuple[tuple[str, str], ...]
    ) -> OperationMatch | None:
        """The operation a request names, or None when the service has none such."""
        segments = _segments(raw_path)
        for route in self._routes.get(method, ()):
            if not all(pair in query for pair in route.query):
                continue
            labels = _match_segments(route.segments, segments)
            if labels is not None:
                return OperationMatch(route.operation, labels)
        return None


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/")) if path.strip("/") else ()


def _match_segments(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    labels: dict[str, str] = {}
    for index, part in enumerate(pattern):
        if part.startswith("{") and part.endswith("+}"):
            rest = segments[index:]
            if not rest:
                return None
            labels[part[1:-2]] = unquote("/".join(rest))
            return labels
        if index >= len(segments):
            return None
        if part.startswith("{"):
            labels[part[1:-1]] = unquote(segments[index])
        elif part != segments[index]:
            return None
    return labels if len(pattern) == len(segments) else None
