"""What an import needs of a definition, whichever version of OpenAPI it is written in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from localtender.edge.gateway.openapi.structure import (
    DOCUMENT,
    OPERATION,
    PARAMETER,
    PATH_ITEM,
    Structure,
)

EXTENSION = "x-amazon-apigateway-"
_VERBS = ("get", "put", "post", "delete", "options", "head", "patch")
_ANY = f"{EXTENSION}any-method"
_MOST_REFERENCES = 32


@dataclass(frozen=True)
class DescribedParameter:
    """A parameter of an operation; `location` is `query`, `header` or `path`."""

    name: str
    location: str
    required: bool


@dataclass(frozen=True)
class DescribedResponse:
    """A response of an operation: its headers, and its schemas by media type."""

    status: str
    headers: tuple[str, ...]
    schemas: Mapping[str, Any]


@dataclass(frozen=True)
class DescribedOperation:
    """An operation; `security` is None where the document's own holds."""

    path: str
    verb: str
    operation_id: str | None
    parameters: tuple[DescribedParameter, ...]
    schemas: Mapping[str, Any]
    responses: tuple[DescribedResponse, ...]
    security: list[Any] | None
    members: Mapping[str, Any]

    def extension(self, name: str) -> Any:
        """The value of `x-amazon-apigateway-NAME`, None where it is absent."""
        return self.members.get(f"{EXTENSION}{name}")


@dataclass
class OpenApiDocument(ABC):
    """A definition; `issues` are what an import warns of.

    These are references that lead nowhere, and attributes of another type than they should have.
    """

    root: Mapping[str, Any]
    issues: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.issues.extend(DOCUMENT.trim(self.root, ""))

    @property
    def title(self) -> str:
        """The API's name."""
        return str(self.root["info"]["title"])

    @property
    def description(self) -> str | None:
        """The API's description."""
        text = self.root["info"].get("description")
        return None if text is None else str(text)

    @property
    def version(self) -> str | None:
        """The definition's version."""
        text = self.root["info"].get("version")
        return None if text is None else str(text)

    @property
    @abstractmethod
    def base_path(self) -> str:
        """The path that all others are below, empty where there is none."""

    @property
    @abstractmethod
    def endpoint_configuration(self) -> Mapping[str, Any]:
        """The value of `x-amazon-apigateway-endpoint-configuration`."""

    @property
    @abstractmethod
    def schemas(self) -> Mapping[str, Any]:
        """The schemas by name."""

    @property
    @abstractmethod
    def security_schemes(self) -> Mapping[str, Any]:
        """The security schemes by name."""

    @property
    def security(self) -> list[Any]:
        """What operations demand that do not say so themselves."""
        return list(self.root.get("security") or ())

    def extension(self, name: str) -> Any:
        """The value of `x-amazon-apigateway-NAME`, None where it is absent."""
        return self.root.get(f"{EXTENSION}{name}")

    def paths(self) -> Iterator[tuple[str, list[DescribedOperation]]]:
        """The paths in order, each with its operations."""
        for path, given in (self.root.get("paths") or {}).items():
            if str(path).startswith("x-"):
                continue
            item = self.resolve(given or {}, f"paths.'{path}'", PATH_ITEM)
            shared = item.get("parameters") or []
            operations = []
            for verb in (*_VERBS, _ANY):
                members = item.get(verb)
                if members is None:
                    continue
                self.issues.extend(OPERATION.trim(members, f"paths.'{path}'({verb})"))
                if isinstance(members, Mapping):
                    name = "ANY" if verb == _ANY else verb.upper()
                    operations.append(self._operation(path, name, members, shared))
            yield path, operations

    def resolve(self, node: Any, place: str, structure: Structure) -> Mapping[str, Any]:
        """The node, or what its `$ref` within the document leads to, in the form it should have.

        Empty where that is missing or no object.
        """
        for _ in range(_MOST_REFERENCES):
            if not isinstance(node, Mapping) or not isinstance(node.get("$ref"), str):
                self.issues.extend(structure.trim(node, place))
                return node if isinstance(node, Mapping) else {}
            reference = node["$ref"]
            found = self._at(reference)
            if found is None:
                self.issues.append(f"Parse issue: attribute {place}.{reference} is missing")
                return {}
            node = found
        return {}

    def model_schema(self, schema: Any) -> Any:
        """A schema of the document as a model may have it."""
        return schema

    def schema_name(self, reference: str) -> str | None:
        """The name of the schema that a `$ref` means, None where it means something else."""
        for prefix in ("#/definitions/", "#/components/schemas/"):
            if reference.startswith(prefix):
                return reference.removeprefix(prefix)
        return None

    @abstractmethod
    def _operation(
        self, path: str, verb: str, members: Mapping[str, Any], shared: list[Any]
    ) -> DescribedOperation:
        """One operation out of its members and the parameters its path gives to all."""

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return None
        node: Any = self.root
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, Mapping) or name not in node:
                return None
            node = node[name]
        return node

    def _parameters(self, own: list[Any], shared: list[Any], place: str) -> list[Mapping[str, Any]]:
        """An operation's parameters; its own go before those of its path."""
        found: dict[tuple[Any, Any], Mapping[str, Any]] = {}
        for given in (*shared, *own):
            parameter = self.resolve(given, f"{place}.parameters", PARAMETER)
            if parameter.get("in"):
                found[(parameter.get("in"), parameter.get("name"))] = parameter
        return list(found.values())


def described_parameters(given: list[Mapping[str, Any]]) -> tuple[DescribedParameter, ...]:
    """The parameters that API Gateway knows; cookies and bodies are none."""
    return tuple(
        DescribedParameter(str(item["name"]), item["in"], bool(item.get("required")))
        for item in given
        if item.get("in") in ("query", "header", "path") and item.get("name")
    )
