"""Types that declare their own schema, and a provider made of them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from localtender.provider.call import Call
from localtender.provider.configuration import ProviderConfiguration, configuration_of_environment
from localtender.provider.declaration import Change, DataSource, Resource
from localtender.provider.errors import OperationError, SchemaError
from localtender.provider.registry import Registry, discover
from localtender.provider.schema.model import Attribute, Block
from localtender.provider.schema.provider_schema import Kind
from localtender.provider.served import ServedProvider
from localtender.provider.values import CtyType, Values

KEEPERS: Final[CtyType] = ["map", "string"]


def required(cty_type: CtyType = "string") -> Attribute:
    """Return an attribute that a configuration must set."""
    return Attribute(cty_type, required=True)


def optional(cty_type: CtyType = "string") -> Attribute:
    """Return an attribute that a configuration may set."""
    return Attribute(cty_type, optional=True)


def computed(cty_type: CtyType = "string") -> Attribute:
    """Return an attribute that only the provider sets."""
    return Attribute(cty_type, computed=True)


def defaulted(cty_type: CtyType = "string") -> Attribute:
    """Return an attribute that the provider sets where a configuration does not."""
    return Attribute(cty_type, optional=True, computed=True)


class UtilityResource(Resource):
    """A resource type of a utility provider.

    Most have nothing behind them but Terraform's state, so reading keeps it and an update takes
    the plan over.
    """

    service = ""
    schema: ClassVar[Block]

    def read(self, call: Call, state: Values) -> Values | None:
        """Keep the state: there is nothing that could have changed."""
        return {}

    def update(self, call: Call, change: Change) -> Values | None:
        """Take the plan over."""
        return None

    def delete(self, call: Call, state: Values) -> None:
        """Forget it."""

    def import_state(self, call: Call, identifier: str) -> Values:
        """Refuse: what stands nowhere but in the state cannot be found again by an id."""
        raise OperationError(f"{self.type_name} cannot be imported")


class UtilityDataSource(DataSource):
    """A data source of a utility provider."""

    schema: ClassVar[Block]


@dataclass(frozen=True)
class DeclaredSchema:
    """The schema that the types of a registry declare; the provider block takes no arguments."""

    registry: Registry
    provider: Block = field(default_factory=Block)

    def has(self, kind: Kind, name: str) -> bool:
        """Tell whether there is a type of that name."""
        return name in self._types(kind)

    def block(self, kind: Kind, name: str) -> Block:
        """Return the schema of a type.

        Raises
        ------
        SchemaError
            When there is no such type.
        """
        declared = self._types(kind).get(name)
        if not isinstance(declared, UtilityResource | UtilityDataSource):
            raise SchemaError(f"there is no {kind.replace('_', ' ')} {name!r}")
        return declared.schema

    def _types(self, kind: Kind) -> Mapping[str, Resource | DataSource]:
        return self.registry.resources if kind == "resource" else self.registry.data_sources


def utility_provider(name: str) -> ServedProvider:
    """Return a utility provider with every type of its package."""
    registry = discover(importlib.import_module(f"{__package__}.{name}"))
    return ServedProvider(name, registry, DeclaredSchema(registry), _configure)


def _configure(
    _block: Values, environment: Mapping[str, str], endpoint_url: str
) -> ProviderConfiguration:
    return configuration_of_environment(environment, endpoint_url)
