"""A function with everything that belongs to it, and the registry of all functions."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from localtender.edge.functions import errors
from localtender.edge.functions.names import (
    LATEST,
    FunctionReference,
    is_alias_name,
    parse_reference,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localtender.edge.functions.configuration import FunctionConfiguration
    from localtender.edge.functions.function_url import FunctionUrl
    from localtender.edge.functions.resource_policy import ResourcePolicy
    from localtender.edge.protocol.messages import Caller


@dataclass(frozen=True)
class Alias:
    """A name for a version; `weights` sends shares of the invocations to others."""

    reference: FunctionReference
    version: str
    description: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    revision_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def choose_version(self) -> str:
        """The version of one invocation, drawn by the weights."""
        drawn = random.random()
        for version, weight in self.weights.items():
            if drawn < weight:
                return version
            drawn -= weight
        return self.version

    def to_api(self) -> dict[str, Any]:
        """As AliasConfiguration."""
        document: dict[str, Any] = {
            "AliasArn": self.reference.arn,
            "Name": self.reference.qualifier,
            "FunctionVersion": self.version,
            "Description": self.description,
            "RevisionId": self.revision_id,
        }
        if self.weights:
            document["RoutingConfig"] = {"AdditionalVersionWeights": dict(self.weights)}
        return document


@dataclass(frozen=True)
class ProvisionedConcurrency:
    """How many environments a version or alias is to have ready."""

    requested: int
    last_modified: str


@dataclass
class Function:
    """One function. What hangs on a qualifier is keyed by it; None is the function itself."""

    latest: FunctionConfiguration
    versions: dict[str, FunctionConfiguration] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    policies: dict[str | None, ResourcePolicy] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    provisioned: dict[str, ProvisionedConcurrency] = field(default_factory=dict)
    urls: dict[str | None, FunctionUrl] = field(default_factory=dict)
    event_invoke: dict[str, dict[str, Any]] = field(default_factory=dict)
    runtime_management: dict[str, dict[str, Any]] = field(default_factory=dict)
    recursive_loop: str = "Terminate"
    last_version: int = 0

    @property
    def reference(self) -> FunctionReference:
        """The function without a qualifier."""
        return self.latest.reference

    def provisioned_by_version(self) -> dict[str, int]:
        """How many environments each version, and the aliases that name it, are to have ready."""
        wanted: dict[str, int] = {}
        for qualifier, kept in self.provisioned.items():
            alias = self.aliases.get(qualifier)
            version = alias.version if alias is not None else qualifier
            if version in self.versions:
                wanted[version] = wanted.get(version, 0) + kept.requested
        return wanted

    def configuration(self, qualifier: str | None) -> FunctionConfiguration:
        """The configuration a qualifier stands for. Raises ResourceNotFoundException."""
        return self._version(self._stands_for(qualifier), qualifier)

    def has(self, qualifier: str | None) -> bool:
        """Whether there is such a version or alias; the function itself always is."""
        return (
            qualifier in (None, LATEST) or qualifier in self.versions or qualifier in self.aliases
        )

    def require(self, qualifier: str | None) -> None:
        """Raise ResourceNotFoundException unless there is such a version or alias.

        What could only be an alias is called one; the operations on functions themselves
        (`configuration`) say "Function not found" of both.
        """
        require_named(self, self.reference.qualified(qualifier))

    def revision_id(self, qualifier: str | None) -> str:
        """The revision of the function, version or alias itself. Raises ServiceError."""
        alias = self.aliases.get(qualifier or "")
        return alias.revision_id if alias else self.configuration(qualifier).revision_id

    def renew_revision(self, qualifier: str | None) -> None:
        """A new revision, for what changes beside the configuration: policies and tags do."""
        alias = self.aliases.get(qualifier or "")
        if alias is not None:
            self.aliases[qualifier or ""] = replace(alias, revision_id=str(uuid.uuid4()))
        elif qualifier in self.versions:
            self.versions[qualifier] = self.versions[qualifier].renewed()
        else:
            self.latest = self.latest.renewed()

    def forget(self, qualifier: str) -> None:
        """Delete a version or alias with everything that hangs on it."""
        for kept in (
            self.versions,
            self.aliases,
            self.policies,
            self.provisioned,
            self.urls,
            self.event_invoke,
            self.runtime_management,
        ):
            kept.pop(qualifier, None)

    def configuration_to_invoke(self, qualifier: str | None) -> FunctionConfiguration:
        """As `configuration`, with an alias's weights drawn."""
        alias = self.aliases.get(qualifier or "")
        return self._version(alias.choose_version() if alias else qualifier, qualifier)

    def _stands_for(self, qualifier: str | None) -> str | None:
        alias = self.aliases.get(qualifier or "")
        return alias.version if alias else qualifier

    def _version(self, version: str | None, asked: str | None) -> FunctionConfiguration:
        if version is None or version == LATEST:
            return self.latest
        found = self.versions.get(version)
        if found is None:
            raise errors.function_not_found(self.reference.qualified(asked).arn)
        return found


def require_named(function: Function | None, reference: FunctionReference) -> None:
    """As `Function.require`, for a function that may not be there itself."""
    qualifier = reference.qualifier
    if function is not None and function.has(qualifier):
        return
    if qualifier is not None and is_alias_name(qualifier):
        raise errors.alias_not_found(reference.arn)
    raise errors.function_not_found(reference.arn)


class FunctionRegistry:
    """Every function of every account and region."""

    def __init__(self) -> None:
        self._functions: dict[tuple[str, str], dict[str, Function]] = {}

    @property
    def contents(self) -> dict[tuple[str, str], dict[str, Function]]:
        """Everything, for a snapshot."""
        return self._functions

    def restore(self, contents: dict[tuple[str, str], dict[str, Function]]) -> None:
        """Begin with everything that a snapshot had."""
        self._functions.update(contents)

    def everywhere(self) -> list[Function]:
        """The functions of every account and region."""
        return [
            function for functions in self._functions.values() for function in functions.values()
        ]

    def reference(
        self, caller: Caller, name: str, qualifier: str | None = None
    ) -> FunctionReference:
        """Read a FunctionName parameter as this caller means it."""
        return parse_reference(
            name, account_id=caller.account_id, region=caller.region, qualifier=qualifier
        )

    def get(self, reference: FunctionReference, *, named: str | None = None) -> Function:
        """The function. Raises ResourceNotFoundException, naming `named` or the full reference."""
        function = self.find(reference)
        if function is None:
            raise errors.function_not_found(named or reference.arn)
        return function

    def find(self, reference: FunctionReference) -> Function | None:
        """The function, or None."""
        return self._of(reference.account_id, reference.region).get(reference.name)

    def policy(self, reference: FunctionReference) -> ResourcePolicy | None:
        """The resource policy of a function, version or alias, or None."""
        function = self.find(reference)
        return None if function is None else function.policies.get(reference.qualifier)

    def add(self, function: Function) -> None:
        """Register a new function."""
        reference = function.reference
        self._of(reference.account_id, reference.region)[reference.name] = function

    def remove(self, reference: FunctionReference) -> None:
        """Forget a function."""
        self._of(reference.account_id, reference.region).pop(reference.name, None)

    def all(self, account_id: str, region: str) -> list[Function]:
        """The functions of an account in a region, by name."""
        functions = self._of(account_id, region)
        return [functions[name] for name in sorted(functions)]

    def reserved_total(self, account_id: str, region: str) -> int:
        """The concurrency that functions have reserved."""
        return sum(
            function.reserved_concurrency or 0 for function in self._of(account_id, region).values()
        )

    def _of(self, account_id: str, region: str) -> dict[str, Function]:
        return self._functions.setdefault((account_id, region), {})
