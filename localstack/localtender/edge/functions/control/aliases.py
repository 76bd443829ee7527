"""Aliases.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html; messages as recorded from
AWS in LocalStack's ``tests/aws/services/lambda_/test_lambda_api.snapshot.json`` (TestLambdaAlias).
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
        name, version = parameters["Name"], parameters["FunctionVersion"]
        reference = self._reference(caller, parameters)
        function = self._registry.get(reference, named=reference.qualified(version).arn)
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
        return self._alias(caller, parameters)[1].to_api()

    async def update(self, caller: Caller, parameters: Parameters) -> Parameters:
        """UpdateAlias."""
        function, alias = self._alias(caller, parameters)
        revision_id = parameters.get("RevisionId")
        if revision_id and revision_id != alias.revision_id:
            raise errors.precondition_failed()
        version = parameters.get("FunctionVersion") or alias.version
        _require_version(function, version)
        changes: dict[str, Any] = {"version": version, "revision_id": str(uuid.uuid4())}
        if parameters.get("Description") is not None:
            changes["description"] = parameters["Description"]
        routing = parameters.get("RoutingConfig")
        if routing is None:
            routing = {"AdditionalVersionWeights": dict(alias.weights)}
        changes["weights"] = _weights(function, version, routing)
        changed = replace(alias, **changes)
        function.aliases[parameters["Name"]] = changed
        return changed.to_api()

    async def delete(self, caller: Caller, parameters: Parameters) -> Parameters:
        """DeleteAlias: no error when there is none."""
        function = self._registry.find(self._reference(caller, parameters))
        if function is not None:
            function.forget(parameters["Name"])
        return {}

    async def list(self, caller: Caller, parameters: Parameters) -> Parameters:
        """ListAliases, of one version when it is named."""
        function = self._registry.get(self._reference(caller, parameters))
        version = parameters.get("FunctionVersion")
        aliases = [
            alias.to_api()
            for alias in function.aliases.values()
            if version is None or alias.version == version
        ]
        shown, marker = page(aliases, parameters)
        return {"Aliases": shown, "NextMarker": marker}

    def _reference(self, caller: Caller, parameters: Parameters) -> FunctionReference:
        return self._registry.reference(caller, parameters["FunctionName"]).qualified(None)

    def _alias(self, caller: Caller, parameters: Parameters) -> tuple[Function, Alias]:
        reference = self._reference(caller, parameters)
        function, name = self._registry.find(reference), parameters["Name"]
        alias = function.aliases.get(name) if function is not None else None
        if function is None or alias is None:
            raise errors.alias_not_found(reference.qualified(name).arn)
        return function, alias


def _require_version(function: Function, version: str) -> None:
    if version != LATEST and version not in function.versions:
        raise errors.function_not_found(function.reference.qualified(version).arn)


def _weights(function: Function, version: str, routing: dict[str, Any] | None) -> dict[str, float]:
    weights: dict[str, float] = dict((routing or {}).get("AdditionalVersionWeights") or {})
    if len(weights) > 1:
        raise errors.invalid_parameter(
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    if weights and version == LATEST:
        raise errors.invalid_parameter_untyped(
            "$LATEST is not supported for an alias pointing to more than 1 version"
        )
    for other in weights:
        if other == version:
            raise errors.invalid_parameter(
                f"Invalid function version {other}. Function version {other} is already included "
                "in routing configuration."
            )
        _require_version(function, other)
    return weights
