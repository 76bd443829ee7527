"""The operations that only read and change what is registered: nothing runs, nobody is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions.control.aliases import AliasOperations
from localtender.edge.functions.control.concurrency import ConcurrencyOperations
from localtender.edge.functions.control.event_invoke import EventInvokeOperations
from localtender.edge.functions.control.function_reading import FunctionReadingOperations
from localtender.edge.functions.control.function_settings import FunctionSettingsOperations
from localtender.edge.functions.control.function_urls import FunctionUrlOperations
from localtender.edge.functions.control.layer_permissions import LayerPermissionOperations
from localtender.edge.functions.control.permissions import PermissionOperations
from localtender.edge.functions.control.tags import TagOperations
from localtender.edge.functions.control.versions import VersionOperations

if TYPE_CHECKING:
    from localtender.edge.functions.control.control_plane import Subject
    from localtender.edge.functions.event_source_mapping import MappingRegistry
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.function_url import FunctionUrls
    from localtender.edge.functions.layer import LayerRegistry


def registered_subjects(
    functions: FunctionRegistry,
    *,
    layers: LayerRegistry,
    mappings: MappingRegistry,
    urls: FunctionUrls,
    endpoint_url: str,
    account_concurrency: int,
) -> tuple[Subject, ...]:
    """The subjects of these operations; `endpoint_url` is where clients reach the edge."""
    return (
        FunctionReadingOperations(functions, endpoint_url),
        LayerPermissionOperations(layers),
        VersionOperations(functions),
        AliasOperations(functions),
        PermissionOperations(functions),
        ConcurrencyOperations(functions, layers, account_concurrency),
        FunctionSettingsOperations(functions),
        EventInvokeOperations(functions),
        FunctionUrlOperations(functions, urls, endpoint_url),
        TagOperations(functions, mappings),
    )
