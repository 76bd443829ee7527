"""The port through which the machinery asks for the schema of a provider's types."""

from __future__ import annotations

from typing import Literal, Protocol

from localtender.provider.schema.model import Block

Kind = Literal["resource", "data_source"]


class ProviderSchema(Protocol):
    """The schema of one provider."""

    @property
    def provider(self) -> Block:
        """The schema of the provider block."""

    def has(self, kind: Kind, name: str) -> bool:
        """Tell whether the real provider has a type of that name."""

    def block(self, kind: Kind, name: str) -> Block:
        """Return the schema of a type.

        Raises
        ------
        SchemaError
            When the real provider has no such type.
        """
