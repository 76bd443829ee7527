"""Aliases.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.control.paging import page
from localtender.edge.functions.function import Alias
from localtender.edge.functions.names import LATEST

if TYPE_CHECKING:
    from localtender.edge.functions.function import Function, FunctionRegistry
    from localtender.edge.functions.names import FunctionReference
    from localtender.edge.protocol.messages import Caller
    from localtender.edge.protocol.service import Operation, Parameters


class AliasOperations:
    """CreateAlias, GetAlias, UpdateAlias, DeleteAlias, ListAliases."""

    def __init__(self, registry: FunctionRegistry) -> None:
        self._registry = registry

    def operations(self) -> dict[str, Operation]:
        """The operations by their API names."""
        return {
            "CreateAlias": self.create,
            "GetAlias": self.get,
            "UpdateAlias": self.update,
            "DeleteAlias": self.delete,
            "ListAliases": self.list,
        }

    async def create(self, caller: Caller, parameters: Parameters) -> Parameters:
        """CreateAlias."""
        reference, function = self._function(caller, parameters)
        name, version = parameters["Name"], parameters["FunctionVersion"]
        qualified = reference.qualified(name)
        if name in function.aliases:
            raise errors.conflict(f"Alias already exists: {qualified.arn}")
        _require_version(function, version)
        alias = Alias(
            qualified,
            version,
            parameters.get("Description") or "",
            _weights(function, version, parameters.get("RoutingConfig")),
        )
        function.aliases[name] = alias
        return alias.to_api()

    async def get(self, caller: Caller, parameters: Parameters) -> Parameters:
        """GetAlias."""
        reference, function = self._function(caller, parameters)
        return _alias(function, reference, parameters["Name"]).to_api()

    async def update(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateAlias."""
        reference, function = self._function(caller, parameters)
        name = parameters["Name"]
        alias = _alias(function, reference, name)
        revision_id = parameters.get("RevisionId")
        if revision_id and revision_id != alias.revision_id:
            raise errors.precondition_failed()
        version = parameters.get("FunctionVersion") or alias.version
        _require_version(function, version)
        changes: dict[str, Any] = {"version": version, "revision_id": str(uuid.uuid4())}
        if parameters.get("Description") is not None:
            changes["description"] = parameters["Description"]
        if parameters.get("RoutingConfig") is not None:
            changes["weights"] = _weights(function, version, parameters["RoutingConfig"])
        function.aliases[name] = replace(alias, **changes)
        return function.aliases[name].to_api()

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteAlias: no error when there is none."""
        reference = self._registry.reference(caller, parameters["FunctionName"])
        function = self._registry.find(reference)
        if function is not None:
            function.aliases.pop(parameters["Name"], None)
        return {}

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListAliases, of one version when it is named."""
        _, function = self._function(caller, parameters)
        version = parameters.get("FunctionVersion")
        aliases = [
            alias.to_api()
            for alias in function.aliases.values()
            if version is None or alias.version == version
        ]
        shown, marker = page(aliases, parameters)
        return {"Aliases": shown, "NextMarker": marker}

    def _function(
        self, caller: Caller, parameters: Parameters
    ) -> tuple[FunctionReference, Function]:
        reference = self._registry.reference(caller, parameters["FunctionName"]).qualified(None)
        return reference, self._registry.get(reference)


def _alias(function: Function, reference: FunctionReference, name: str) -> Alias:
    alias = function.aliases.get(name)
    if alias is None:
        raise errors.not_found(f"Cannot find alias arn: {reference.qualified(name).arn}")
    return alias


def _require_version(function: Function, version: str) -> None:
    if version != LATEST and version not in function.versions:
        raise errors.function_not_found(function.reference.qualified(version).arn)


def _weights(function: Function, version: str, routing: dict[str, Any] | None) -> dict[str, float]:
    weights: dict[str, float] = dict((routing or {}).get("AdditionalVersionWeights") or {})
    if len(weights) > 1:
        raise errors.invalid_parameter(
            f"Number of items in AdditionalVersionWeights cannot be greater than 1. "
            f"Provided: {len(weights)}"
        )
    if weights and version == LATEST:
        raise errors.invalid_parameter(
            "$LATEST is not supported for an alias pointing to more than 1 version"
        )
    for other, weight in weights.items():
        if other == version:
            raise errors.invalid_parameter(
                f"Invalid function version {other}. Function version {other} is already included "
                "in routing configuration."
            )
        if not 0.0 <= weight <= 1.0:
            raise errors.validation(
                f"Value '{weight}' at 'routingConfig.additionalVersionWeights' failed to satisfy "
                "constraint: Map value must satisfy constraint: [Member must have value less than "
                "or equal to 1.0, Member must have value greater than or equal to 0.0]"
            )
        _require_version(function, other)
    return weights
