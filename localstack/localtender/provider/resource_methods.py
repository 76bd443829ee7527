"""The methods of the plugin protocol that concern resources."""

from __future__ import annotations

import json
from typing import Any

from localtender.provider import diagnostics
from localtender.provider.calls import Calls
from localtender.provider.lifecycle import FailedChange, Lifecycle
from localtender.provider.schema.message import state_message
from localtender.provider.schema.model import Block
from localtender.provider.served import ServedProvider
from localtender.provider.sessions import Session
from localtender.provider.validation import configuration_problems, write_only_problems
from localtender.provider.wire import allows_write_only, messages, read_dynamic_value


class ResourceMethods:
    """Answers Terraform for resources: each method takes a request message and a session."""

    def __init__(self, provider: ServedProvider, calls: Calls) -> None:
        self._registry = provider.registry
        self._schema = provider.schema
        self._calls = calls
        self._lifecycles = {
            name: Lifecycle(resource, provider.schema.block("resource", name))
            for name, resource in provider.registry.resources.items()
        }

    def validate_resource_config(self, request: Any, _session: Session) -> Any:
        """Check a resource's arguments."""
        response = messages.ValidateResourceConfig.Response()
        resource = self._registry.resources.get(request.type_name)
        if resource is not None:
            block = self._block(request)
            config = read_dynamic_value(block.type, request.config)
            problems = list(configuration_problems(resource, config))
            if not allows_write_only(request):
                problems += write_only_problems(block, config)
            response.diagnostics.extend(map(diagnostics.invalid_argument, problems))
        return response

    def upgrade_resource_state(self, request: Any, _session: Session) -> Any:
        """Bring a stored state to the schema of today."""
        block = self._block(request)
        state = json.loads(request.raw_state.json)
        return messages.UpgradeResourceState.Response(upgraded_state=state_message(block, state))

    def read_resource(self, request: Any, session: Session) -> Any:
        """Return the present state of a resource."""
        response = messages.ReadResource.Response(private=request.private)
        lifecycle = self._lifecycle(request, response)
        if lifecycle is None:
            return response
        block = self._block(request)
        prior = read_dynamic_value(block.type, request.current_state)
        call = self._calls.begin(session, lifecycle.service, prior)
        try:
            state = lifecycle.read(call, prior)
            response.new_state.CopyFrom(state_message(block, state))
        except Exception as failure:
            response.new_state.CopyFrom(request.current_state)
            response.diagnostics.append(call.failure("reading", request.type_name, prior, failure))
        response.diagnostics.extend(call.warning_diagnostics())
        return response

    def plan_resource_change(self, request: Any, session: Session) -> Any:
        """Plan a create or an update."""
        response = messages.PlanResourceChange.Response(
            planned_private=request.prior_private, legacy_type_system=True
        )
        lifecycle = self._lifecycle(request, response)
        if lifecycle is None:
            return response
        block = self._block(request)
        if read_dynamic_value(block.type, request.proposed_new_state) is None:
            response.planned_state.CopyFrom(request.proposed_new_state)
            return response
        config = read_dynamic_value(block.type, request.config)
        prior = read_dynamic_value(block.type, request.prior_state)
        call = self._calls.begin(session, lifecycle.service, config, config=config)
        try:
            planned = lifecycle.plan(call, config, prior)
            response.planned_state.CopyFrom(state_message(block, planned.state))
            response.requires_replace.extend(
                diagnostics.attribute_path(path) for path in planned.replaces
            )
        except Exception as failure:
            response.diagnostics.append(
                call.failure("planning", request.type_name, config, failure)
            )
        response.diagnostics.extend(call.warning_diagnostics())
        return response

    def apply_resource_change(self, request: Any, session: Session) -> Any:
        """Create, update or delete."""
        response = messages.ApplyResourceChange.Response(
            private=request.planned_private, legacy_type_system=True
        )
        lifecycle = self._lifecycle(request, response)
        if lifecycle is None:
            response.new_state.CopyFrom(request.prior_state)
            return response
        block = self._block(request)
        prior = read_dynamic_value(block.type, request.prior_state)
        planned = read_dynamic_value(block.type, request.planned_state)
        config = read_dynamic_value(block.type, request.config)
        call = self._calls.begin(session, lifecycle.service, planned or prior, config=config)
        doing = "deleting" if planned is None else "creating" if prior is None else "updating"
        state = prior
        try:
            if planned is None:
                lifecycle.delete(call, prior)
                state = None
            elif prior is None:
                state = lifecycle.create(call, planned)
            else:
                state = lifecycle.update(call, prior, planned)
        except FailedChange as failure:
            state = failure.state
            response.diagnostics.append(
                call.failure(doing, request.type_name, planned, failure.cause)
            )
        except Exception as failure:
            response.diagnostics.append(call.failure(doing, request.type_name, prior, failure))
        response.new_state.CopyFrom(state_message(block, state))
        response.diagnostics.extend(call.warning_diagnostics())
        return response

    def import_resource_state(self, request: Any, session: Session) -> Any:
        """Take an import id apart; Terraform then reads the resource."""
        response = messages.ImportResourceState.Response()
        resource = self._registry.resources.get(request.type_name)
        if resource is None:
            response.diagnostics.append(
                diagnostics.not_implemented("resource type", request.type_name)
            )
            return response
        lifecycle, block = self._lifecycles[request.type_name], self._block(request)
        call = self._calls.begin(session, lifecycle.service, {})
        try:
            state = lifecycle.import_state(call, request.id)
            response.imported_resources.add(
                type_name=request.type_name,
                state=state_message(block, state),
            )
        except Exception as failure:
            response.diagnostics.append(
                call.failure("importing", request.type_name, {"id": request.id}, failure)
            )
        return response

    def move_resource_state(self, request: Any, _session: Session) -> Any:
        """Refuse a move between resource types."""
        return messages.MoveResourceState.Response(
            diagnostics=[
                diagnostics.error(
                    f"cannot move {request.source_type_name} to {request.target_type_name}",
                    "The local provider does not move objects between resource types.",
                )
            ]
        )

    def _block(self, request: Any) -> Block:
        return self._schema.block("resource", request.type_name)

    def _lifecycle(self, request: Any, response: Any) -> Lifecycle | None:
        lifecycle = self._lifecycles.get(request.type_name)
        if lifecycle is None:
            response.diagnostics.append(
                diagnostics.not_implemented("resource type", request.type_name)
            )
        return lifecycle
