"""Which types and functions a provider implements: whatever stands in its package."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType

from localtender.provider.declaration import DataSource, EphemeralResource, Resource
from localtender.provider.errors import SchemaError
from localtender.provider.functions import Function
from localtender.provider.schema.provider_schema import Kind, ProviderSchema


@dataclass(frozen=True)
class Registry:
    """The implemented types and functions by name."""

    resources: Mapping[str, Resource]
    data_sources: Mapping[str, DataSource]
    functions: Mapping[str, Function] = field(default_factory=dict)
    ephemeral_resources: Mapping[str, EphemeralResource] = field(default_factory=dict)


def discover(package: ModuleType) -> Registry:
    """Import every module of a package and collect what they define."""
    modules = [
        importlib.import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]
    classes = [cls for module in modules for cls in _defined_in(module)]
    return Registry(
        resources={cls.type_name: cls() for cls in classes if issubclass(cls, Resource)},
        data_sources={cls.type_name: cls() for cls in classes if issubclass(cls, DataSource)},
        functions={cls.name: cls() for cls in classes if issubclass(cls, Function)},
        ephemeral_resources={
            cls.type_name: cls() for cls in classes if issubclass(cls, EphemeralResource)
        },
    )


def _defined_in(
    module: ModuleType,
) -> Iterator[type[Resource | DataSource | EphemeralResource | Function]]:
    for _name, cls in inspect.getmembers(module, inspect.isclass):
        if (
            cls.__module__ == module.__name__
            and issubclass(cls, Resource | DataSource | EphemeralResource | Function)
            and not inspect.isabstract(cls)
        ):
            yield cls


def declaration_problems(registry: Registry, schema: ProviderSchema) -> list[str]:
    """Return what declarations say that the real provider's schema does not know."""
    problems: list[str] = []
    for name, resource in registry.resources.items():
        problems += _unknown_paths(schema, "resource", name, _resource_paths(resource))
    for name, source in registry.data_sources.items():
        paths = [*source.sensitive, *source.checks, *_flat(source.conflicts, source.exactly_one)]
        problems += _unknown_paths(schema, "data_source", name, paths)
    return problems


def _resource_paths(resource: Resource) -> Iterable[str]:
    yield from resource.replaces
    yield from resource.defaults
    yield from resource.equivalent
    yield from resource.computed_blocks
    yield from resource.sensitive
    yield from resource.checks
    yield from _flat(resource.conflicts, resource.exactly_one)
    for attribute, arguments in resource.recomputed.items():
        yield from (attribute, *arguments)
    for block, keys in resource.element_keys.items():
        yield from (f"{block}.{key}" for key in keys)


def _flat(*groups: Iterable[Iterable[str]]) -> Iterator[str]:
    for group in groups:
        for names in group:
            yield from names


def _unknown_paths(
    schema: ProviderSchema, kind: Kind, name: str, paths: Iterable[str]
) -> list[str]:
    try:
        block = schema.block(kind, name)
    except SchemaError as failure:
        return [str(failure)]
    return [
        f"{name} declares {path}, which its schema lacks" for path in paths if not block.has(path)
    ]
