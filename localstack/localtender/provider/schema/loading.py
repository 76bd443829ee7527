"""Reading the committed schema of the real provider, type by type.

The file holds some 2,400 types; decoding them all costs more time and memory than a whole plan
does. So the text is kept and a type is decoded where it stands, when it is asked for.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, Final

from localtender.provider.errors import SchemaError
from localtender.provider.schema.model import Attribute, Block, NestedBlock, block_from_json
from localtender.provider.schema.provider_schema import Kind

SCHEMA_FILE: Final = "aws-6.66.0.json.gz"

# Endpoint names that clients of older provider versions still write; the real schema dropped them.
_FORMER_ENDPOINTS: Final = ("iotanalytics", "iotevents")


class AwsSchema:
    """The schema of ``hashicorp/aws``, decoded on demand.

    Parameters
    ----------
    text
        The schema document: compact JSON with sorted keys, as ``tools/`` writes it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        provider, resource = (
            self._opening(mark) for mark in ('"provider":{"aws":{', '"resource_schemas":{"aws_')
        )
        self._sections = {
            "data_source": (0, provider),
            "provider": (provider, resource),
            "resource": (resource, len(text)),
        }

    @cached_property
    def provider(self) -> Block:
        """The provider block's schema, with the endpoint names that older clients write."""
        block = self._decode("provider", "aws")
        endpoints = block.blocks["endpoints"]
        former = {name: Attribute("string", optional=True) for name in _FORMER_ENDPOINTS}
        widened = Block(former | endpoints.block.attributes, endpoints.block.blocks)
        nested = NestedBlock(endpoints.nesting, widened)
        return Block(block.attributes, block.blocks | {"endpoints": nested})

    def names(self, kind: Kind) -> frozenset[str]:
        """Return the names of all types of a kind that the real provider has."""
        start, end = self._sections[kind]
        pattern = re.compile(r'"(aws_[a-z0-9_]+)":\{"attributes":\{')
        return frozenset(pattern.findall(self._text, start, end))

    def has(self, kind: Kind, name: str) -> bool:
        """Tell whether the real provider has a type of that name."""
        return self._find(kind, name) >= 0

    @lru_cache(maxsize=512)  # noqa: B019 - one schema lives as long as the process
    def block(self, kind: Kind, name: str) -> Block:
        """Return the schema of a type.

        Raises
        ------
        SchemaError
            When the real provider has no such type.
        """
        return self._decode(kind, name)

    def _opening(self, mark: str) -> int:
        position = self._text.find(mark)
        if position < 0:
            raise SchemaError(f"the schema file lacks {mark}")
        return position

    def _find(self, section: str, name: str) -> int:
        start, end = self._sections[section]
        return self._text.find(f'"{name}":{{"attributes":{{', start, end)

    def _decode(self, section: str, name: str) -> Block:
        position = self._find(section, name)
        if position < 0:
            raise SchemaError(f"the AWS provider has no {section.replace('_', ' ')} {name!r}")
        document: dict[str, Any]
        opening = position + len(f'"{name}":')
        document, _ = json.JSONDecoder().raw_decode(self._text, opening)
        return block_from_json(document)


@lru_cache(maxsize=1)
def load_schema() -> AwsSchema:
    """Load the committed schema of the real provider (package data)."""
    packed = resources.files(__package__).joinpath(SCHEMA_FILE).read_bytes()
    return AwsSchema(gzip.decompress(packed).decode())
