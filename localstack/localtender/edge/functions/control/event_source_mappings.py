"""Event source mappings: create, read, update, delete.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html; details follow
the answers recorded from AWS in LocalStack's
``tests/aws/services/lambda_/event_source_mapping/test_api.snapshot.json``.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from localtender.edge.functions import errors
from localtender.edge.functions.control.mapping_input import (
    changes,
    check_batch,
    new_settings,
    source_of,
)
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.event_source_mapping import EventSourceMapping

if TYPE_CHECKING:
    from localtender.edge.functions.event_source_mapping import MappingRegistry
    from localtender.edge.functions.function import FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.functions.sources.event_sources import EventSources
    from localtender.edge.functions.sources.pollers import Pollers
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters

_LONGEST_LIST = 100


class MappingOperations:
    """Create/Get/Update/Delete/List EventSourceMapping(s)."""

    def __init__(
        self,
        registry: FunctionRegistry,
        mappings: MappingRegistry,
        sources: EventSources,
        pollers: Pollers,
    ) -> None:
        self._registry = registry
        self._mappings = mappings
        self._sources = sources
        self._pollers = pollers

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "CreateEventSourceMapping": self.create,
            "GetEventSourceMapping": self.get,
            "UpdateEventSourceMapping": self.update,
            "DeleteEventSourceMapping": self.delete,
            "ListEventSourceMappings": self.list,
        }

    async def create(self, caller: Caller, parameters: Parameters) -> Parameters:
        """CreateEventSourceMapping."""
        source_arn = source_of(parameters)
        settings = new_settings(source_arn, parameters)
        reference = self._function(caller, parameters["FunctionName"])
        self._refuse_duplicate(caller, source_arn, reference)
        mapping = EventSourceMapping(
            uuid=str(uuid.uuid4()),
            source_arn=source_arn,
            function=reference,
            **settings,
            tags=dict(parameters.get("Tags") or {}),
        )
        check_batch(mapping)
        configuration = self._registry.get(reference).configuration(reference.qualifier)
        await self._sources.check(mapping, configuration.timeout)
        self._mappings.keep(caller, mapping)
        self._pollers.follow(mapping)
        return mapping.to_api("Creating" if mapping.enabled else "Disabled")

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetEventSourceMapping."""
        mapping = self._mappings.get(caller, parameters["UUID"])
        return self._document(mapping)

    async def update(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateEventSourceMapping."""
        mapping = self._mappings.get(caller, parameters["UUID"])
        given = changes(mapping.source_arn, parameters)
        if parameters.get("FunctionName"):
            given["function"] = self._function(caller, parameters["FunctionName"])
        changed = mapping.changed(**given)
        check_batch(changed)
        self._mappings.keep(caller, changed)
        self._pollers.follow(changed)
        return self._document(changed, _on_the_way(mapping, changed))

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteEventSourceMapping."""
        mapping = self._mappings.get(caller, parameters["UUID"])
        document = self._document(mapping, "Deleting")
        self._mappings.remove(caller, mapping.uuid)
        self._pollers.forget(mapping.uuid)
        return document

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListEventSourceMappings, of one source or function when it is named."""
        mappings = self._mappings.all(caller)
        source_arn, name = parameters.get("EventSourceArn"), parameters.get("FunctionName")
        if source_arn:
            mappings = [mapping for mapping in mappings if mapping.source_arn == source_arn]
        if name:
            reference = self._registry.reference(caller, name)
            mappings = [mapping for mapping in mappings if mapping.function == reference]
        documents = [self._document(mapping) for mapping in mappings]
        shown, marker = page(documents, parameters, maximum=_LONGEST_LIST)
        return {"EventSourceMappings": shown, "NextMarker": marker}

    def _document(self, mapping: EventSourceMapping, state: str | None = None) -> Parameters:
        return mapping.to_api(state, self._pollers.last_result(mapping.uuid))

    def _function(self, caller: Caller, name: str) -> FunctionReference:
        reference = self._registry.reference(caller, name)
        function = self._registry.find(reference)
        if function is None or not function.has(reference.qualifier):
            raise errors.invalid_parameter("Function does not exist")
        return reference

    def _refuse_duplicate(
        self, caller: Caller, source_arn: str, reference: FunctionReference
    ) -> None:
        for mapping in self._mappings.all(caller):
            if mapping.source_arn == source_arn and mapping.function == reference:
                raise errors.conflict(_already_mapped(mapping))


def _on_the_way(before: EventSourceMapping, after: EventSourceMapping) -> str:
    """The state that an update answers.

    As recorded in LocalStack's ``test_lambda_integration_sqs.snapshot.json``
    (test_fifo_message_group_parallelism, test_sqs_event_source_mapping_update) and
    ``test_lambda_integration_dynamodbstreams.snapshot.json``
    (test_disabled_dynamodb_event_source_mapping).
    """
    if before.enabled == after.enabled:
        return "Updating"
    return "Enabling" if after.enabled else "Disabling"


def _already_mapped(mapping: EventSourceMapping) -> str:
    source, name = mapping.source_arn, mapping.function.name
    if mapping.is_stream:
        return (
            f'The event source arn (" {source} ") and function (" {name} ") provided mapping '
            f"already exists. Please update or delete the existing mapping with UUID {mapping.uuid}"
        )
    return (
        f'An event source mapping with SQS arn (" {source} ") and function (" {name} ") already '
        f"exists. Please update or delete the existing mapping with UUID {mapping.uuid}"
    )
