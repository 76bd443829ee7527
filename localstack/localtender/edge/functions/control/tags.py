"""Tags of functions and event source mappings.

https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.names import parse_arn

if TYPE_CHECKING:
    from localtender.edge.functions.event_source_mapping import MappingRegistry
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_MAXIMUM_TAGS = 50


class TagOperations:
    """TagResource, UntagResource, ListTags."""

    def __init__(self, registry: FunctionRegistry, mappings: MappingRegistry) -> None:
        self._registry = registry
        self._mappings = mappings

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {"TagResource": self.tag, "UntagResource": self.untag, "ListTags": self.list}

    async def tag(self, caller: Caller, parameters: Parameters) -> Parameters:
        """TagResource."""
        tags = self._tags(caller, parameters["Resource"])
        merged = {**tags, **parameters["Tags"]}
        if len(merged) > _MAXIMUM_TAGS:
            raise errors.invalid_parameter(
                f"Number of tags exceeds resource tag limit of {_MAXIMUM_TAGS}."
            )
        tags.update(merged)
        return {}

    async def untag(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UntagResource."""
        tags = self._tags(caller, parameters["Resource"])
        for key in parameters["TagKeys"]:
            tags.pop(key, None)
        return {}

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListTags."""
        return {"Tags": dict(self._tags(caller, parameters["Resource"]))}

    def _tags(self, caller: Caller, arn: str) -> dict[str, str]:
        if ":event-source-mapping:" in arn:
            return self._mappings.get(caller, arn.rsplit(":", 1)[1]).tags
        reference = parse_arn(arn)
        if reference.qualifier:
            raise errors.invalid_parameter(
                "Tags on function aliases and versions are not supported. Please specify a "
                "function ARN."
            )
        return self._registry.get(reference).tags
