"""Tags of functions and event source mappings.

https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html; messages as recorded from AWS in
LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (TestLambdaTags).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localtender.edge.functions import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localtender.edge.functions.event_source_mapping import MappingRegistry
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_MAXIMUM_TAGS = 50
_MAPPING = ":event-source-mapping:"


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
        if not parameters["Tags"]:
            raise errors.cannot_be_processed()
        merged = {**tags, **parameters["Tags"]}
        check_tag_count(merged)
        tags.update(merged)
        self._renew_revision(caller, parameters["Resource"])
        return {}

    async def untag(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UntagResource."""
        tags = self._tags(caller, parameters["Resource"])
        for key in parameters["TagKeys"]:
            tags.pop(key, None)
        self._renew_revision(caller, parameters["Resource"])
        return {}

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListTags."""
        return {"Tags": dict(self._tags(caller, parameters["Resource"]))}

    def _tags(self, caller: Caller, arn: str) -> dict[str, str]:
        if _MAPPING in arn:
            return self._mappings.get(caller, arn.rsplit(":", 1)[1]).tags
        return self._function(caller, arn).tags

    def _renew_revision(self, caller: Caller, arn: str) -> None:
        if _MAPPING not in arn:
            self._function(caller, arn).renew_revision(None)

    def _function(self, caller: Caller, arn: str) -> Function:
        if ":function:" not in arn:
            raise errors.invalid_parameter(
                "Localtender keeps tags of functions and event source mappings, not of "
                f"{arn.split(':')[5]}."
            )
        reference = self._registry.reference(caller, arn)
        if reference.qualifier:
            raise errors.invalid_parameter(
                "Tags on function aliases and versions are not supported. Please specify a "
                "function ARN."
            )
        return self._registry.get(reference)


def check_tag_count(tags: Mapping[str, str]) -> None:
    """Raise InvalidParameterValueException when these are more tags than a resource may have."""
    if len(tags) > _MAXIMUM_TAGS:
        raise errors.invalid_parameter("Number of tags exceeds resource tag limit.")
