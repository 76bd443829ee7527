"""``null_resource`` and ``null_data_source``."""

from __future__ import annotations

import secrets

from localtender.provider.call import Call
from localtender.provider.schema.model import Block
from localtender.provider.utility.declared import (
    KEEPERS,
    UtilityDataSource,
    UtilityResource,
    computed,
    defaulted,
    optional,
)
from localtender.provider.values import Values


class NullResource(UtilityResource):
    """``null_resource``: a place for provisioners, replaced when its triggers change."""

    type_name = "null_resource"
    schema = Block({"id": computed(), "triggers": optional(KEEPERS)})
    replaces = ("triggers",)

    def create(self, call: Call, planned: Values) -> Values:
        """Make up an id."""
        return {"id": _number()}


class NullDataSource(UtilityDataSource):
    """``null_data_source``: gives back what it is given."""

    type_name = "null_data_source"
    schema = Block(
        {
            "has_computed_default": defaulted(),
            "id": computed(),
            "inputs": optional(KEEPERS),
            "outputs": computed(KEEPERS),
            "random": computed(),
        }
    )

    def read(self, call: Call, config: Values) -> Values:
        """Copy the inputs to the outputs."""
        return {
            "has_computed_default": config["has_computed_default"] or "default",
            "id": "static",
            "outputs": config["inputs"],
            "random": _number(),
        }


def _number() -> str:
    return str(secrets.randbelow(1 << 63))
