"""From a request's path and verb to a method of the deployed API.

After "Set up API resources" of the developer guide and the recorded behaviour in LocalStack's
`test_apigateway_lambda.snapshot.json`: a literal segment goes before a `{variable}` and that
before a greedy one, a trailing slash does not matter, and values stay percent-encoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from localtender.edge.gateway.state import Method, Resource

# What ANY stands for, after "Set up a method request in API Gateway" of the developer guide.
_ANY = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


@dataclass(frozen=True)
class RouteMatch:
    """A method, its resource, and the values of the path's variables."""

    resource: Resource
    method: Method
    path_parameters: Mapping[str, str]


@dataclass
class _Node:
    resource: Resource | None = None
    literals: dict[str, _Node] = field(default_factory=dict)
    variable: tuple[str, _Node] | None = None
    greedy: tuple[str, Resource] | None = None


class ResourceRouter:
    """The path tree of one deployment."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._root = _Node()
        for resource in resources:
            self._add(resource)

    def match(self, http_method: str, path: str) -> RouteMatch | None:
        """The method for a verb and a percent-encoded path, or None."""
        segments = [segment for segment in path.strip("/").split("/") if path.strip("/")]
        return _search(self._root, segments, 0, {}, http_method)

    def _add(self, resource: Resource) -> None:
        node = self._root
        for part in (part for part in resource.path.split("/") if part):
            if part.endswith("+}"):
                node.greedy = (part[1:-2], resource)
                return
            if part.startswith("{"):
                if node.variable is None:
                    node.variable = (part[1:-1], _Node())
                node = node.variable[1]
            else:
                node = node.literals.setdefault(part, _Node())
        node.resource = resource


def _search(
    node: _Node, segments: list[str], index: int, values: dict[str, str], http_method: str
) -> RouteMatch | None:
    if index == len(segments):
        return _found(node.resource, values, http_method)
    segment = segments[index]
    literal = node.literals.get(segment) or node.literals.get(unquote(segment))
    if literal is not None:
        found = _search(literal, segments, index + 1, values, http_method)
        if found is not None:
            return found
    if node.variable is not None and segment:
        name, below = node.variable
        found = _search(below, segments, index + 1, {**values, name: segment}, http_method)
        if found is not None:
            return found
    if node.greedy is not None:
        name, resource = node.greedy
        return _found(resource, {**values, name: "/".join(segments[index:])}, http_method)
    return None


def _found(
    resource: Resource | None, values: dict[str, str], http_method: str
) -> RouteMatch | None:
    if resource is None:
        return None
    method = resource.methods.get(http_method)
    if method is None and http_method in _ANY:
        method = resource.methods.get("ANY")
    return None if method is None else RouteMatch(resource, method, values)
