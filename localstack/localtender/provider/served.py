"""What makes one provider among those that are served: its types, their schema, its configuration.

Everything else - the front door, the plugin protocol, planning, settling, diagnostics - is the
same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from localtender.provider.configuration import ProviderConfiguration
from localtender.provider.registry import Registry
from localtender.provider.schema.model import Block
from localtender.provider.schema.provider_schema import ProviderSchema
from localtender.provider.sessions import Caller
from localtender.provider.values import Values

Configure = Callable[[Values, Mapping[str, str], str], ProviderConfiguration]
"""Reads a provider block, with Terraform's environment and the address of the local services."""


def _no_types(_caller: Caller) -> Collection[str]:
    return ()


@dataclass(frozen=True)
class ServedProvider:
    """One provider.

    Attributes
    ----------
    name
        The last part of its address: ``aws`` for ``hashicorp/aws``.
    types_beyond
        Names of types that the caller may want to hear about, implemented or not.
    meta
        The schema of the ``provider_meta`` block, where the provider has one.
    """

    name: str
    registry: Registry
    schema: ProviderSchema
    configure: Configure
    types_beyond: Callable[[Caller], Collection[str]] = _no_types
    meta: Block | None = None


Providers = Mapping[str, Callable[[], ServedProvider]]
"""What is served, by name; a provider is made when Terraform first asks for it."""
