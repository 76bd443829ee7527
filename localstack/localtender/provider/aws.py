"""``hashicorp/aws`` as it is served here."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from localtender.provider import resources
from localtender.provider.configuration import read_configuration
from localtender.provider.mentioned_types import mentioned_types
from localtender.provider.registry import discover
from localtender.provider.schema.loading import load_schema
from localtender.provider.schema.model import Attribute, Block
from localtender.provider.served import ServedProvider
from localtender.provider.sessions import Caller

_META: Final = Block({"user_agent": Attribute(["list", "string"], optional=True)})


def aws_provider() -> ServedProvider:
    """Return the AWS provider with every type of ``resources/``."""
    return ServedProvider(
        name="aws",
        registry=discover(resources),
        schema=load_schema(),
        configure=read_configuration,
        types_beyond=_mentioned,
        meta=_META,
    )


def _mentioned(caller: Caller) -> Collection[str]:
    return mentioned_types(
        caller.working_directory, caller.environment.get("TF_DATA_DIR") or ".terraform"
    )
